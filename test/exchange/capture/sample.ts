/** A selection of recorded frames that lies in the repository: one of each sender, kind and list of options. */
import fs from 'node:fs';
import type { Frame } from '../../../src/exchange/capture/frame.ts';
import { dhcpOptions, fromHex, toHex } from './reader.ts';
import type { Recorded } from './recording.ts';

export const SAMPLE = new URL('sample.jsonl', import.meta.url);
export type Sampled = Pick<Recorded, 'name' | 'bytes' | 'frame'>;

/** Who sends what. */
export function kindOf(frame: Frame): string {
  if (frame.kind !== 'dhcp') return frame.kind;
  const { program, author, message } = frame;
  return `${[program, author].filter((name) => name !== undefined).join(' of ')} ${message.type}`;
}

export function readSample(): Sampled[] {
  const lines = fs.readFileSync(SAMPLE, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => {
    const { name, frame, bytes } = JSON.parse(line) as { name: string; frame: Frame; bytes: string };
    return { name, frame, bytes: fromHex(bytes) };
  });
}

export function writeSample(recorded: readonly Sampled[]): void {
  const chosen = new Map<string, Sampled>();
  for (const { name, frame, bytes } of recorded) {
    const key = sortOf(frame, bytes);
    if (!chosen.has(key)) chosen.set(key, { name, frame, bytes });
  }
  const lines = [...chosen.values()].map(({ name, frame, bytes }) =>
    JSON.stringify({ name, frame, bytes: toHex(bytes) }),
  );
  fs.writeFileSync(SAMPLE, lines.map((line) => `${line}\n`).join(''));
}

/** Frames of the same sort teach nothing new. */
function sortOf(frame: Frame, bytes: Uint8Array): string {
  if (frame.kind !== 'dhcp') return `${frame.kind} ${frame.kind === 'arp' ? frame.op : ''} ${bytes.length}`;
  const headers = [bytes[15], bytes[20], bytes[22]];
  return `${kindOf(frame)} ${headers} ${dhcpOptions(bytes).map(([code]) => code)}`;
}
