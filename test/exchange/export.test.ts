/** Frames of small runs, and what is said beside them. */
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatIpv4 } from '../../src/base/ipv4.ts';
import type { Frame } from '../../src/exchange/capture/frame.ts';
import { pcapng } from '../../src/exchange/capture/pcapng.ts';
import { type CaptureSettings, record } from '../../src/exchange/export/frames.ts';
import { Window } from '../../src/exchange/export/window.ts';
import type { Replayed } from '../../src/kernel/engine.ts';
import { makeFold } from '../../src/run/program.ts';
import { asks } from './capture/made.ts';
import { readCapture } from './capture/reader.ts';
import { client, relay, run, SECOND, segment, server, squatter } from './export/runs.ts';

const captured = (events: readonly Replayed[], settings?: CaptureSettings): Frame[] => [
  ...record(events, makeFold({ seed: 'export' }), settings).frames,
];

/** `lan udhcpc DISCOVER 0.0.0.0>255.255.255.255`, and the like. */
function told(frame: Frame): string {
  if (frame.kind === 'arp')
    return `${frame.segment} arp ${frame.op} ${formatIpv4(frame.senderIp)} ${formatIpv4(frame.targetIp)}`;
  const ends = `${formatIpv4(frame.srcIp)}>${formatIpv4(frame.dstIp)}`;
  const passed = (frame.routers ?? 0) > 0 ? ' routed' : '';
  return frame.kind === 'dhcp'
    ? `${frame.segment} ${frame.program} ${frame.message.type} ${ends}${passed}`
    : `${frame.segment} ${frame.kind} ${ends}`;
}

const commentsOf = (frames: readonly Frame[]) => frames.flatMap(({ comment }) => comment ?? []);
const plain = [segment('lan', '10.0.0.0'), server('s1', '10.0.0.0')];

/** Every kind of trouble, each a run. */
const TROUBLE = {
  exhausted: run(
    20,
    segment('lan', '10.0.0.0'),
    server('s1', '10.0.0.0', { count: 1 }),
    client('c1', 0),
    client('c2', SECOND),
  ),
  off: run(20, segment('lan', '10.0.0.0'), server('s1', '10.0.0.0', { enabled: false }), client('c1', 0)),
  nobody: run(20, segment('lan', '10.0.0.0'), client('c1', 0)),
  duplicate: run(20, ...plain, squatter('10.0.0.10'), client('c1', SECOND)),
  declined: run(20, ...plain, squatter('10.0.0.10'), client('c1', SECOND, 'dhcpcd')),
  checked: run(
    20,
    segment('lan', '10.0.0.0'),
    server('s1', '10.0.0.0', { software: 'isc', count: 3 }),
    squatter('10.0.0.10'),
    client('c1', SECOND),
  ),
  lost: run(
    30,
    segment('lan', '10.0.0.0'),
    segment('dc', '10.0.0.0'),
    relay({ nearAddress: 0, farAddress: 0, servers: [], losses: [{ kind: 'ACK', which: [1] }] }),
    server('s1', '10.0.0.0', { segment: 'dc' }),
    client('c1', 0),
  ),
  relayed: run(
    120,
    segment('lan', '10.0.0.0'),
    segment('dc', '10.9.0.0'),
    relay(),
    server('s1', '10.9.0.0', { segment: 'dc' }),
    server('s1', '10.0.0.0', { segment: 'lan', addresses: [0x0a090002], settings: { lease: 60 * SECOND } }),
    client('c1', 0),
  ),
  expired: run(
    200,
    ...[segment('lan', '10.0.0.0'), server('s1', '10.0.0.0', { settings: { lease: 60 * SECOND } })],
    client('c1', 0),
    (ask) => ask('dhcp', 's1', { type: 'stop' }, 5 * SECOND),
  ),
} as const;

describe('frames', () => {
  test('four messages, between the right ends', () => {
    const frames = captured(run(5, ...plain, client('c1', 0)));
    expect(frames.map(told)).toEqual([
      'lan udhcpc DISCOVER 0.0.0.0>255.255.255.255',
      'lan kea OFFER 10.0.0.2>10.0.0.10',
      'lan udhcpc REQUEST 0.0.0.0>255.255.255.255',
      'lan kea ACK 10.0.0.2>10.0.0.10',
    ]);
    const [discover, offer] = frames;
    expect([discover?.srcMac, discover?.dstMac]).toEqual(['00:50:56:80:00:01', 'ff:ff:ff:ff:ff:ff']);
    expect(offer?.dstMac).toBe('00:50:56:80:00:01');
    expect(offer?.srcMac).toMatch(/^[0-9a-f][26ae]:/);
  });

  test('a relay passes on and marks, a router takes one off', () => {
    const frames = captured(TROUBLE.relayed);
    expect(frames.slice(0, 4).map(told)).toEqual([
      'lan udhcpc DISCOVER 0.0.0.0>255.255.255.255',
      'dc relay DISCOVER 10.9.0.1>10.9.0.2',
      'dc kea OFFER 10.9.0.2>10.0.0.1',
      'lan relay OFFER 10.0.0.1>10.0.0.10',
    ]);
    const relayed = frames.filter(
      (frame) => frame.kind === 'dhcp' && frame.segment === 'dc' && frame.program === 'relay',
    );
    for (const frame of relayed)
      expect(frame.kind === 'dhcp' && [frame.message.relayInfo, frame.message.hops, frame.fromPort]).toEqual([
        '010465746830',
        1,
        67,
      ]);
    expect(frames.map(told)).toContain('dc udhcpc REQUEST 10.0.0.10>10.9.0.2 routed');
  });

  test('a look at an address is a question by ARP, and an echo only where somebody answers', () => {
    const list = captured(TROUBLE.checked).map(told);
    expect(list.slice(1, 5)).toEqual([
      'lan arp request 10.0.0.2 10.0.0.10',
      'lan arp reply 10.0.0.10 10.0.0.2',
      'lan echo-request 10.0.0.2>10.0.0.10',
      'lan echo-reply 10.0.0.10>10.0.0.2',
    ]);
    expect(list.filter((line) => line === 'lan arp request 10.0.0.2 10.0.0.11')).toHaveLength(3);
  });

  test('udhcpd looks by ARP alone, in filled up frames', () => {
    const frames = captured(
      run(9, segment('lan', '10.0.0.0'), server('s1', '10.0.0.0', { software: 'udhcpd' }), client('c1', 0)),
    );
    expect(frames.filter(({ kind }) => kind.startsWith('echo'))).toEqual([]);
    expect(frames.find(({ kind }) => kind === 'arp')).toMatchObject({ program: 'udhcpd', op: 'request' });
  });

  test('the host of a server that was stopped answers that nothing listens', () => {
    const list = captured(TROUBLE.expired).map(told);
    const at = list.indexOf('lan udhcpc REQUEST 10.0.0.10>10.0.0.2');
    expect(list[at + 1]).toBe('lan unreachable 10.0.0.2>10.0.0.10');
  });

  test('are in order of time, of the wanted segments only, and the same again', () => {
    for (const events of Object.values(TROUBLE)) {
      const frames = captured(events);
      expect(frames.map(({ at }) => at)).toEqual(frames.map(({ at }) => at).sort((a, b) => a - b));
      expect(captured(events)).toEqual(frames);
    }
    const wants = (name: string) => name === 'dc';
    const { segments, frames } = record(TROUBLE.relayed, makeFold({ seed: 'export' }), { wants });
    expect(new Set([...frames].map((frame) => frame.segment))).toEqual(new Set(['dc']));
    expect([...segments]).toEqual(['dc']);
  });

  test('a segment without frames has an interface', () => {
    const { segments, frames } = record(
      run(5, segment('idle', '10.5.0.0'), ...plain, client('c1', 0)),
      makeFold({ seed: 'export' }),
    );
    const read = readCapture(Buffer.concat([...pcapng(frames, { segments })]));
    expect(read.segments).toEqual(['idle', 'lan']);
    const none = record(run(5, segment('idle', '10.5.0.0')), makeFold({ seed: 'export' }));
    expect(readCapture(Buffer.concat([...pcapng(none.frames, none)]))).toMatchObject({
      segments: ['idle'],
      packets: [],
    });
  });
});

describe('remarks', () => {
  const beside = (name: keyof typeof TROUBLE, pattern: RegExp): string[] =>
    captured(TROUBLE[name])
      .filter(({ comment = '' }) => pattern.test(comment))
      .map(told);

  test.each([
    [
      'exhausted',
      /^e\d+: dhcp\/s1 gives c2 no answer: no free leases in 10\.0\.0\.10-10\.0\.0\.10 \(dhcp\.scope-exhausted\)$/,
      /DISCOVER/,
    ],
    ['off', /^e\d+: no DHCP server hears this: dhcp\/s1 is off \(e\d+\)$/, /DISCOVER/],
    ['nobody', /^e\d+: no DHCP server hears this: there is none on lan$/, /DISCOVER/],
    [
      'duplicate',
      /^e\d+: 10\.0\.0\.10 is used by machine\/old and machine\/c1 \(address\.duplicate\)$/,
      /ACK/,
    ],
    [
      'declined',
      /^e\d+: 10\.0\.0\.10 is in use: machine\/old answers for it \(e\d+\)$/,
      /arp request 0\.0\.0\.0/,
    ],
    ['declined', /^e\d+: c1 gives 10\.0\.0\.10 back: another machine answers for it$/, /DECLINE/],
    ['checked', /^e\d+: 10\.0\.0\.10 is in use: machine\/old answers for it \(e\d+\)$/, /arp request/],
    ['lost', /^e\d+: relay\/r1 loses this message$/, /dc kea ACK/],
    ['expired', /^e\d+: .*\(dhcp\.lease-expired\)/, /DISCOVER/],
  ] as const)('%s: %s', (name, comment, frame) => {
    const found = beside(name, comment);
    expect(found, commentsOf(captured(TROUBLE[name])).join('\n')).not.toEqual([]);
    for (const line of found) expect(line).toMatch(frame);
  });

  test('a duplicate address that flaps: its next holder asks for the gateway, which answers it', () => {
    const frames = captured(run(120, ...plain, squatter('10.0.0.10'), client('c1', SECOND)));
    const flaps = frames.filter(({ comment = '' }) => comment.includes('frames for 10.0.0.10 now reach'));
    expect(flaps.length).toBeGreaterThan(2);
    for (const [i, frame] of flaps.entries()) {
      const [holder, lost] = i % 2 === 0 ? ['machine/old', 'machine/c1'] : ['machine/c1', 'machine/old'];
      expect(frame.comment).toMatch(
        new RegExp(`^e\\d+: frames for 10.0.0.10 now reach ${holder}, not ${lost}$`),
      );
      expect(told(frame)).toMatch(/arp request 10\.0\.0\.10 .*10\.0\.0\.1\b/);
      const answer = frames[frames.indexOf(frame) + 1] as Frame;
      expect(told(answer)).toMatch(/arp reply 10\.0\.0\.1 .*10\.0\.0\.10/);
      expect(answer.dstMac).toBe(frame.srcMac);
    }
  });

  test('a refusal says why', () => {
    const events = run(
      40,
      ...plain,
      client('c1', 0, 'dhclient'),
      (ask) => {
        ask('dhcp-client', 'c1', { type: 'halt' }, 10 * SECOND);
        ask('dhcp', 's1', { type: 'forget-leases' }, 11 * SECOND);
      },
      server('s2', '10.0.0.0', {
        software: 'dnsmasq',
        addresses: [0x0a000003],
        settings: { authoritative: true },
        ranges: [0x0a000032, 0x0a00003c],
      }),
      client('c1', 20 * SECOND, 'dhclient'),
    );
    const naks = captured(events).filter((frame) => frame.kind === 'dhcp' && frame.message.type === 'NAK');
    expect(naks.length).toBeGreaterThan(0);
    for (const { comment } of naks)
      expect(comment).toMatch(/^e\d+: dhcp\/s2 refuses c1: .+ \(dhcp\.not-available\)$/);
  });

  test('a try is not blamed for the next one', () => {
    for (const comment of commentsOf(captured(TROUBLE.exhausted))) expect(comment).not.toContain(';');
  });

  test('each names an event that there is', () => {
    for (const events of Object.values(TROUBLE))
      for (const comment of commentsOf(captured(events)))
        for (const [, seq] of comment.matchAll(/\be(\d+)\b/g))
          expect(Number(seq)).toBeLessThan(events.length);
  });

  test('nothing is said where all is well', () => {
    expect(commentsOf(captured(run(5, ...plain, client('c1', 0))))).toEqual([]);
  });
});

describe('memory', () => {
  test('of frames and links a bounded number is held, whatever the time', () => {
    const window = new Window();
    let out = 0;
    for (let seq = 0; seq < 200_000; seq += 1) {
      const held = window.put({ ...asks('udhcpc', 'DISCOVER'), at: 1 });
      window.link(seq, { at: 1, cause: seq - 1, held, isOwn: false });
      out += window.take(1).length;
    }
    expect(out).toBeGreaterThan(180_000);
    expect([...window.leadingTo(199_999)].length).toBeLessThanOrEqual(65_536);
    expect(out + window.rest().length).toBe(200_000);
  });

  test('a frame that is to come is never let out before its time', () => {
    const window = new Window();
    window.put({ ...asks('udhcpc', 'DISCOVER'), at: 2 * SECOND });
    window.put({ ...asks('udhcpc', 'DISCOVER'), at: SECOND });
    expect(window.take(SECOND)).toEqual([]);
    expect(window.take(13 * SECOND).map(({ at }) => at)).toEqual([SECOND, 2 * SECOND]);
  });
});

const missing = spawnSync('tshark', ['--version']).error !== undefined;
describe.skipIf(missing && process.env['CI'] !== 'true')('tshark (skipped: needs tshark)', () => {
  test.each(Object.entries(TROUBLE))('finds nothing wrong with %s', (_, events) => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'premortem-export-'));
    const file = path.join(folder, 'run.pcapng');
    const { segments, frames } = record(events, makeFold({ seed: 'export' }));
    fs.writeFileSync(file, Buffer.concat([...pcapng(frames, { segments, start: 1.8e15 })]));
    const read = (filter: string) =>
      execFileSync(
        'tshark',
        ['-n', '-r', file, '-o', 'ip.check_checksum:TRUE', '-o', 'udp.check_checksum:TRUE', '-Y', filter],
        { encoding: 'utf8', stdio: 'pipe' },
      );
    expect(
      read(
        '_ws.malformed || ip.checksum.status == "Bad" || udp.checksum.status == "Bad" || icmp.checksum.status == "Bad"',
      ),
    ).toBe('');
    expect(read('frame').split('\n').length - 1).toBe(captured(events).length);
    fs.rmSync(folder, { recursive: true });
  });
});
