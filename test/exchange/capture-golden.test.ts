/** Frames written from their decoded fields against what real software sent: every recording in golden/dhcp. */
import { describe, expect, test } from 'vitest';
import { answerHead } from '../../src/exchange/capture/answer.ts';
import { encode, type Frame } from '../../src/exchange/capture/frame.ts';
import { checksums, dhcpOptions } from './capture/reader.ts';
import { kindOf, type Recorded, recordings } from './capture/recording.ts';

/** Where two frames differ first, in a message that says more than two lines of hex. */
function difference({ name, bytes, frame }: Recorded): string | undefined {
  const ours = encode(frame);
  const at = ours.findIndex((byte, i) => byte !== bytes[i]);
  if (at < 0 && ours.length === bytes.length) return undefined;
  const place = `${name}: ${kindOf(frame)}, ${ours.length} bytes for ${bytes.length}, from byte ${at}`;
  if (frame.kind !== 'dhcp') return place;
  const [written, recorded] = [ours, bytes].map((frame) => dhcpOptions(frame).map(([code]) => code));
  return `${place}, options ${written} for ${recorded}`;
}
const differences = (frames: readonly Recorded[]) =>
  frames.map(difference).filter((found) => found !== undefined);

/** `identical / all` by sender. */
function tally(frames: readonly Recorded[]): Record<string, string> {
  const senders = [...new Set(frames.map(({ frame }) => senderOf(frame)))].sort();
  const rows = senders.map((sender): [string, string] => {
    const group = frames.filter(({ frame }) => senderOf(frame) === sender);
    return [sender, `${group.length - differences(group).length} / ${group.length}`];
  });
  return Object.fromEntries(rows);
}
const senderOf = (frame: Frame) => (frame.kind === 'dhcp' ? frame.program : frame.kind);

describe('every recording', () => {
  const all = [...recordings()].filter(({ scripted }) => !scripted);

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

  test('has right checksums, but for the one that is not sent', () => {
    for (const { frame } of all) {
      if (frame.kind === 'arp') continue;
      const silent = frame.kind === 'dhcp' && frame.program === 'dhcpcd' && frame.dstIp !== 0xffff_ffff;
      const above = frame.kind === 'dhcp' ? { udp: true } : { icmp: true };
      expect(checksums(encode(frame)), frame.kind).toEqual({ ip: true, ...(silent ? {} : above) });
    }
  });

  test('covers every recorded program, each with all that it says', () => {
    const kinds = new Set(all.map(({ frame }) => kindOf(frame)));
    for (const client of ['dhclient', 'udhcpc', 'dhcpcd', 'networkd'])
      for (const type of ['DISCOVER', 'REQUEST']) expect(kinds).toContain(`${client} ${type}`);
    for (const server of ['dnsmasq', 'kea', 'isc'])
      for (const type of ['OFFER', 'ACK', 'NAK']) expect(kinds).toContain(`${server} ${type}`);
    for (const kind of ['arp', 'echo-request', 'echo-reply', 'unreachable', 'relay of udhcpc REQUEST'])
      expect(kinds).toContain(kind);
  });

  test('canary: a wrong byte is found', () => {
    for (const one of all) {
      const { bytes } = one;
      const wrong = Uint8Array.from(bytes, (byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte));
      expect(difference({ ...one, bytes: wrong })).toContain(`from byte ${bytes.length - 1}`);
    }
  });
});
