/**
 * Frames written from their decoded fields against what real software sent: every recording in golden/dhcp,
 * and on any machine the sample of it that lies in `capture/` (BLESS=1 rewrites the sample).
 */
import { describe, expect, test } from 'vitest';
import { answerHead } from '../../src/exchange/capture/answer.ts';
import { encode, type Frame } from '../../src/exchange/capture/frame.ts';
import { checksums, dhcpOptions } from './capture/reader.ts';
import { hasGolden, recordings } from './capture/recording.ts';
import { kindOf, readSample, type Sampled, writeSample } from './capture/sample.ts';

/** Where two frames differ first, in a message that says more than two lines of hex. */
function difference({ name, bytes, frame }: Sampled): string | undefined {
  const ours = encode(frame);
  const at = ours.findIndex((byte, i) => byte !== bytes[i]);
  if (at < 0 && ours.length === bytes.length) return undefined;
  const place = `${name}: ${kindOf(frame)}, ${ours.length} bytes for ${bytes.length}, from byte ${at}`;
  if (frame.kind !== 'dhcp') return place;
  const [written, recorded] = [ours, bytes].map((frame) => dhcpOptions(frame).map(([code]) => code));
  return `${place}, options ${written} for ${recorded}`;
}
const differences = (frames: readonly Sampled[]) =>
  frames.map(difference).filter((found) => found !== undefined);

/** `identical / all` by sender. */
function tally(frames: readonly Sampled[]): Record<string, string> {
  const senders = [...new Set(frames.map(({ frame }) => senderOf(frame)))].sort();
  const rows = senders.map((sender): [string, string] => {
    const group = frames.filter(({ frame }) => senderOf(frame) === sender);
    return [sender, `${group.length - differences(group).length} / ${group.length}`];
  });
  return Object.fromEntries(rows);
}
const senderOf = (frame: Frame) => (frame.kind === 'dhcp' ? frame.program : frame.kind);

describe.skipIf(!hasGolden)('every recording (skipped: needs ../shared/golden)', () => {
  const all = hasGolden ? [...recordings()].filter(({ scripted }) => !scripted) : [];

  test('is written again byte by byte', () => {
    console.log(`identical / all: ${JSON.stringify(tally(all), undefined, 2)}`);
    expect(differences(all)).toEqual([]);
    expect(all.filter(({ frame }) => frame.kind === 'dhcp').length).toBe(1593);
    expect(all.length).toBe(2557);
  });

  test('has answers whose fixed part follows from a request', () => {
    const odd: string[] = [];
    let answers = 0;
    for (const { name, frame, requests } of all) {
      if (frame.kind !== 'dhcp' || frame.program === 'relay' || frame.routers !== undefined) continue;
      const { type } = frame.message;
      if (type !== 'OFFER' && type !== 'ACK' && type !== 'NAK') continue;
      answers++;
      const follows = requests.some((request) => {
        const head = answerHead(frame.program, type, request, frame.srcIp);
        return Object.entries({ ...frame.message, ...head }).every(
          ([field, value]) => value === frame.message[field as keyof typeof frame.message],
        );
      });
      if (!follows) odd.push(name);
    }
    expect(odd).toEqual([]);
    expect(answers).toBeGreaterThan(800);
  });

  test.runIf(process.env['BLESS'] === '1')('gives the sample', () => writeSample(all));
});

describe('the sample of the recordings', () => {
  const sample = readSample();

  test('is written again byte by byte', () => {
    expect(sample.length).toBeGreaterThan(60);
    expect(differences(sample)).toEqual([]);
  });

  test('has right checksums, but for the one that is not sent', () => {
    for (const { frame } of sample) {
      if (frame.kind === 'arp') continue;
      const silent = frame.kind === 'dhcp' && frame.program === 'dhcpcd' && frame.dstIp !== 0xffff_ffff;
      const above = frame.kind === 'dhcp' ? { udp: true } : { icmp: true };
      expect(checksums(encode(frame)), frame.kind).toEqual({ ip: true, ...(silent ? {} : above) });
    }
  });

  test('covers every recorded program, each with all that it says', () => {
    const kinds = new Set(sample.map(({ frame }) => kindOf(frame)));
    for (const client of ['dhclient', 'udhcpc', 'dhcpcd', 'networkd'])
      for (const type of ['DISCOVER', 'REQUEST']) expect(kinds).toContain(`${client} ${type}`);
    for (const server of ['dnsmasq', 'kea', 'isc'])
      for (const type of ['OFFER', 'ACK', 'NAK']) expect(kinds).toContain(`${server} ${type}`);
    for (const kind of ['arp', 'echo-request', 'echo-reply', 'unreachable', 'relay of udhcpc REQUEST'])
      expect(kinds).toContain(kind);
  });

  test('canary: a wrong byte is found', () => {
    for (const { name, frame, bytes } of sample) {
      const wrong = Uint8Array.from(bytes, (byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte));
      expect(difference({ name, frame, bytes: wrong })).toContain(`from byte ${bytes.length - 1}`);
    }
  });
});
