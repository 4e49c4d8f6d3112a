/** A capture that we wrote, dissected by Wireshark: nothing malformed, every checksum good, and the fields that went in. */
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatIpv4 } from '../../src/base/ipv4.ts';
import { encode, type Frame } from '../../src/exchange/capture/frame.ts';
import { pcapng } from '../../src/exchange/capture/pcapng.ts';
import { answers, asks } from './capture/made.ts';
import { dhcpOptions } from './capture/reader.ts';
import { recordings } from './capture/recording.ts';

const missing = spawnSync('tshark', ['--version']).error !== undefined;
const CHECKS = ['-o', 'ip.check_checksum:TRUE', '-o', 'udp.check_checksum:TRUE'];
const TYPES = ['DISCOVER', 'OFFER', 'REQUEST', 'DECLINE', 'ACK', 'NAK', 'RELEASE', 'INFORM'] as const;
/** Versions differ in how they show the end option. */
const END = /,(0|255)$/;
const SERVER_TYPES = ['OFFER', 'ACK', 'NAK'];

/** Each program with each message, recorded or not. */
const made = [
  ...(['dhclient', 'udhcpc', 'dhcpcd', 'networkd', 'generic-client', 'windows'] as const).flatMap((program) =>
    TYPES.filter((type) => !SERVER_TYPES.includes(type)).map((type) => asks(program, type)),
  ),
  ...(['dnsmasq', 'kea', 'isc', 'udhcpd', 'windows', 'generic-server'] as const).flatMap((program) =>
    TYPES.filter((type) => SERVER_TYPES.includes(type)).map((type) => answers(program, type, { text: 'no' })),
  ),
];

describe.skipIf(missing && process.env['CI'] !== 'true')('tshark (skipped: needs tshark)', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'premortem-capture-'));
  const file = path.join(folder, 'written.pcapng');
  const frames: Frame[] = [
    ...[...recordings()].filter(({ scripted }) => !scripted).map(({ frame }) => frame),
    ...made,
  ].map((frame, i) => ({
    ...frame,
    at: i * 1_500_000,
    ...(i === 2 ? { comment: 'the third' } : {}),
  }));
  beforeAll(() =>
    fs.writeFileSync(file, Buffer.concat([...pcapng(frames, { comment: 'all', start: 1e15 })])),
  );
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  const tshark = (...args: string[]): string =>
    execFileSync('tshark', ['-n', '-r', file, ...CHECKS, ...args], { encoding: 'utf8', stdio: 'pipe' });
  /** The fields of each frame: of nested datagrams the outer one. */
  const fields = (...names: string[]): string[][] =>
    tshark('-T', 'fields', '-E', 'occurrence=f', ...names.flatMap((name) => ['-e', name]))
      .split('\n')
      .slice(0, -1)
      .map((line) => line.split('\t'));

  test('finds nothing malformed and no bad checksum', () => {
    expect(tshark('-Y', '_ws.malformed')).toBe('');
    expect(
      tshark(
        '-Y',
        'ip.checksum.status == "Bad" || udp.checksum.status == "Bad" || icmp.checksum.status == "Bad"',
      ),
    ).toBe('');
    expect(tshark('-Y', 'ip.checksum.status == "Good"').split('\n').length).toBeGreaterThan(100);
  });

  test('reads addresses, times and comments', () => {
    const read = fields(
      'eth.src',
      'eth.dst',
      'ip.src',
      'ip.dst',
      'frame.time_epoch',
      'frame.interface_name',
      'frame.comment',
    );
    const expected = frames.map((frame) => {
      const addresses = frame.kind === 'arp' ? ['', ''] : [frame.srcIp, frame.dstIp].map(formatIpv4);
      const time = (1e15 + frame.at) / 1e6;
      return [frame.srcMac, frame.dstMac, ...addresses, time, frame.segment, frame.comment ?? ''];
    });
    expect(read.map((row) => row.map((value, i) => (i === 4 ? Number(value) : value)))).toEqual(expected);
  });

  test('reads the type and the options of each DHCP message, in order', () => {
    const codes = tshark(
      '-T',
      'fields',
      '-e',
      'dhcp.option.dhcp',
      '-e',
      'dhcp.option.type',
      '-Y',
      'dhcp && !icmp',
    )
      .split('\n')
      .slice(0, -1)
      .map((line) => line.replace(END, ''));
    const expected = frames
      .filter((frame) => frame.kind === 'dhcp')
      .map((frame) => {
        const list = dhcpOptions(encode(frame)).map(([code]) => code);
        return `${TYPES.indexOf(frame.message.type) + 1}\t${list}`;
      });
    expect(codes).toEqual(expected);
  });

  test('reads ARP and echoes', () => {
    const arp = fields(
      'arp.opcode',
      'arp.src.proto_ipv4',
      'arp.dst.proto_ipv4',
      'icmp.type',
      'icmp.ident',
      'icmp.seq',
    );
    const expected = frames.map((frame) => {
      if (frame.kind === 'arp')
        return [
          frame.op === 'request' ? '1' : '2',
          ...[frame.senderIp, frame.targetIp].map(formatIpv4),
          '',
          '',
          '',
        ];
      if (frame.kind === 'unreachable') return ['', '', '', '3', '', ''];
      if (frame.kind === 'dhcp' || frame.kind === 'tcp') return ['', '', '', '', '', ''];
      return [
        '',
        '',
        '',
        frame.kind === 'echo-request' ? '8' : '0',
        String(frame.id),
        String(frame.sequence),
      ];
    });
    expect(arp).toEqual(expected);
  });
});
