/** What the recordings cannot show: programs known from documents only, values left to the tables, and limits of the formats. */
import { describe, expect, test } from 'vitest';
import { encode, type Program } from '../../src/exchange/capture/frame.ts';
import { optionsFrom } from '../../src/exchange/capture/options.ts';
import { pcapng } from '../../src/exchange/capture/pcapng.ts';
import { answers, asks, CLIENT_MAC, ip, SERVER_MAC } from './capture/made.ts';
import { checksums, dhcpOptions, readCapture, toHex } from './capture/reader.ts';
import { recordings } from './capture/recording.ts';

const codes = (frame: Uint8Array): number[] => dhcpOptions(frame).map(([code]) => code);
const valueIn = (frame: Uint8Array, wanted: number) =>
  dhcpOptions(frame).find(([code]) => code === wanted)?.[1];

describe('programs that were not recorded', () => {
  test.each<[Program, number[]]>([
    ['generic-client', [53, 61, 50, 12, 55]],
    ['windows', [53, 61, 50, 12, 60, 55]],
  ])('%s asks', (program, order) => {
    const given = { clientId: '01005056000201', requested: ip('10.0.0.100'), hostname: 'node-1' };
    const frame = encode(asks(program, 'DISCOVER', given));
    expect(codes(frame)).toEqual(order);
    expect(frame.length).toBe(14 + 20 + 8 + 300);
    expect(checksums(frame)).toEqual({ ip: true, udp: true });
  });

  test.each<[Program, number[]]>([
    ['generic-server', [53, 54, 51, 1, 3, 6, 15]],
    ['udhcpd', [53, 54, 51, 1, 3, 6, 15]],
    ['windows', [53, 1, 51, 54, 3, 6, 15]],
  ])('%s answers', (program, order) => {
    const frame = encode(answers(program, 'OFFER'));
    expect(codes(frame)).toEqual(order);
    expect(valueIn(frame, 6)).toBe('0a0000010a000002');
    expect(checksums(frame)).toEqual({ ip: true, udp: true });
  });

  test('a message that a program was never seen to send has the options of the standard', () => {
    expect(codes(encode(asks('dhclient', 'INFORM')))).toEqual([53, 55]);
    expect(codes(encode({ ...asks('relay', 'DISCOVER', { relayInfo: '010161' }) }))).toEqual([53, 55, 82]);
  });
});

describe('values left to the tables', () => {
  test('client identifiers come from the hardware address, request lists from the program', () => {
    const frame = encode(asks('dhcpcd', 'DISCOVER'));
    expect(valueIn(frame, 61)).toBe('01005056000201');
    expect(valueIn(frame, 55)).toBe('01031c21333a3b');
    expect(valueIn(encode(asks('dhcpcd', 'DISCOVER', { wanted: [1, 3] })), 55)).toBe('0103');
  });

  test('dnsmasq makes T1 and T2 of the lease time, and names the broadcast address', () => {
    const frame = encode(answers('dnsmasq', 'ACK'));
    expect([58, 59, 28].map((code) => valueIn(frame, code))).toEqual(['0000012c', '0000020d', '0a0000ff']);
    expect(valueIn(encode(answers('dnsmasq', 'ACK', { t1: 290 })), 58)).toBe('00000122');
  });

  test('a server says what else it was set to say, to those who ask for it', () => {
    const further = optionsFrom({
      dns: [ip('10.0.0.53')],
      mtu: 1500,
      ntp: [ip('10.0.0.3')],
      wins: [],
      search: ['lab.example', 'x'],
      tftp: 'boot',
      unknown: 1,
    });
    const frame = encode(answers('generic-server', 'ACK', { further, wanted: [1, 3, 26, 119, 66] }));
    expect(codes(frame)).toEqual([53, 54, 51, 1, 3, 26, 66, 119]);
    expect([26, 66, 119].map((code) => valueIn(frame, code))).toEqual([
      '05dc',
      '626f6f74',
      '036c6162076578616d706c65000178 00'.replace(' ', ''),
    ]);
    const { dns: _, ...without } = answers('kea', 'ACK').message;
    const kea = encode({ ...answers('kea', 'ACK'), message: { ...without, further } });
    expect(valueIn(kea, 6)).toBe('0a000035');
    expect(valueIn(kea, 42)).toBe('0a000003');
  });

  test('identification repeats, and differs between messages', () => {
    const idOf = (frame: Uint8Array) => toHex(frame.subarray(18, 20));
    const [one, other] = [1, 2].map((xid) => idOf(encode(answers('dnsmasq', 'ACK', { xid }))));
    expect(idOf(encode(answers('dnsmasq', 'ACK', { xid: 1 })))).toBe(one);
    expect(other).not.toBe(one);
    expect(idOf(encode(answers('isc', 'ACK')))).toBe('0000');
  });
});

describe('limits', () => {
  test('an option that does not fit goes on in a second one', () => {
    const options = dhcpOptions(encode(answers('dnsmasq', 'NAK', { text: 'x'.repeat(300) })));
    expect(options.map(([code, hex]) => [code, hex.length / 2])).toEqual([
      [53, 1],
      [54, 4],
      [56, 255],
      [56, 45],
    ]);
  });

  test('secs stop at their largest', () => {
    expect(toHex(encode(asks('udhcpc', 'DISCOVER', { secs: 100_000 })).subarray(50, 52))).toBe('ffff');
  });
});

const whole = (chunks: Iterable<Uint8Array>): Uint8Array => new Uint8Array(Buffer.concat([...chunks]));

describe('a capture', () => {
  const frames = [...recordings()].map(({ frame }, i) => ({
    ...frame,
    at: i * 250_001,
    segment: i % 3 === 0 ? 'segment-b' : 'segment-a',
    ...(i % 5 === 0 ? { comment: `frame ${i}: “why” ✓` } : {}),
  }));
  const start = Date.UTC(2026, 10, 22, 9, 30) * 1000;
  const options = { comment: 'a rehearsal', start, segments: ['segment-a'] };

  test('reads back as what went in', () => {
    const read = readCapture(whole(pcapng(frames, options)));
    expect([...read.header]).toEqual([
      [1, 'a rehearsal'],
      [4, 'premortem'],
    ]);
    expect(read.segments).toEqual(['segment-a', 'segment-b']);
    expect(read.packets.length).toBe(frames.length);
    for (const [i, { at, segment, comment, bytes }] of read.packets.entries()) {
      const frame = frames[i]!;
      expect({ at, segment, comment }).toEqual({
        at: start + frame.at,
        segment: frame.segment,
        comment: frame.comment,
      });
      expect(toHex(bytes)).toBe(toHex(encode(frame)));
    }
  });

  test('is the same bytes each time, and has blocks of the specified layout', () => {
    expect(toHex(whole(pcapng(frames, options)))).toBe(toHex(whole(pcapng(frames, options))));
    const arp = {
      at: 1,
      segment: 'a',
      srcMac: SERVER_MAC,
      dstMac: CLIENT_MAC,
      kind: 'arp',
      op: 'reply',
      senderMac: SERVER_MAC,
      senderIp: ip('10.0.0.1'),
      targetMac: CLIENT_MAC,
      targetIp: ip('10.0.0.2'),
    } as const;
    expect(toHex(whole(pcapng([arp], { start: 0x1_0000_0001 })))).toBe(
      [
        '0a0d0d0a 30000000 4d3c2b1a 01000000 ffffffffffffffff 04000900 7072656d6f7274656d000000 00000000 30000000',
        '01000000 28000000 01000000 00000000 02000100 61000000 09000100 06000000 00000000 28000000',
        '06000000 4c000000 00000000 01000000 02000000 2a000000 2a000000',
        '005056000201 005056000101 0806 0001 0800 06 04 0002 005056000101 0a000001 005056000201 0a000002 0000',
        '4c000000',
      ]
        .join('')
        .replaceAll(' ', ''),
    );
  });

  test('comes in pieces of bounded size, however many frames', () => {
    let pieces = 0;
    let bytes = 0;
    const many = (function* () {
      for (let i = 0; i < 3000; i++) yield frames[i % frames.length]!;
    })();
    for (const piece of pcapng(many, options)) {
      pieces++;
      bytes += piece.length;
      expect(piece.length).toBeLessThan(68 * 1024);
    }
    expect(pieces).toBeLessThanOrEqual(Math.ceil(bytes / (64 * 1024)));
    expect(pieces).toBeGreaterThan(10);
  });

  test('cuts a comment that is too long between two characters', () => {
    const [frame] = frames;
    const { packets } = readCapture(whole(pcapng([{ ...frame!, comment: `x${'é'.repeat(40_000)}` }])));
    expect(packets[0]!.comment).toBe(`x${'é'.repeat(32_767)}`);
  });

  test('without frames is a header', () => {
    expect(readCapture(whole(pcapng([])))).toMatchObject({ segments: [], packets: [] });
  });
});
