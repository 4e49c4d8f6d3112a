/** The captures of scenarios of the repository. */
import type { Frame, TcpFrame } from '../../../src/exchange/capture/frame.ts';
import { record } from '../../../src/exchange/export/frames.ts';
import { memorySource } from '../../../src/log/disk.ts';
import { openUpToDate, optionsOfLog } from '../../../src/run/history.ts';
import { makeFold } from '../../../src/run/program.ts';
import { run } from '../../support/scenarios.ts';

type Segment = Extract<Frame, TcpFrame>;

/** Frames of a scenario with some of its values set otherwise. */
export function captureOf(name: string, sets: readonly string[] = []): Frame[] {
  const opened = openUpToDate(memorySource(run(`scenarios/photon/${name}.yaml`, { sets }).log));
  if (!opened.ok) throw new Error(opened.verdict.message);
  return [...record(opened.log.events(), makeFold(optionsOfLog(opened.log))).frames];
}

/** The TCP connections among frames, each in order of time. */
export function connectionsOf(frames: readonly Frame[]): Segment[][] {
  const connections = new Map<string, Segment[]>();
  for (const frame of frames) {
    if (frame.kind !== 'tcp') continue;
    const ends = [`${frame.srcIp}:${frame.fromPort}`, `${frame.dstIp}:${frame.toPort}`].sort().join();
    connections.set(ends, [...(connections.get(ends) ?? []), frame]);
  }
  return [...connections.values()];
}

/** What the client (`>`) and the server (`<`) do in a connection, in a word a segment. */
export function courseOf(connection: readonly Segment[]): string[] {
  const client = connection[0]?.srcIp;
  return connection.map(({ srcIp, flags, data }) => {
    const bytes = Uint8Array.from(data);
    const isText = bytes.length > 0 && (bytes[0] as number) >= 0x41;
    const line = isText ? new TextDecoder().decode(bytes).split('\r\n')[0] : recordsIn(bytes).join(' ');
    return `${srcIp === client ? '>' : '<'} ${bytes.length === 0 ? flags.join(' ') : line}`;
  });
}

const RECORDS: Readonly<Record<number, string>> = { 20: 'change', 21: 'alert', 23: 'data' };
const MESSAGES: Readonly<Record<number, string>> = {
  1: 'client-hello',
  2: 'server-hello',
  11: 'certificate',
  12: 'server-key',
  14: 'done',
  16: 'client-key',
};

/** A record of TLS: its type, its version, and what is in it. */
export interface TlsRecord {
  readonly type: number;
  readonly version: readonly [number, number];
  readonly content: Uint8Array;
}

/** Cuts a stream at its records; throws when it does not end with one. */
export function tlsRecords(stream: Uint8Array): TlsRecord[] {
  const found: TlsRecord[] = [];
  for (let at = 0; at < stream.length; ) {
    const [type = 0, major = 0, minor = 0, high = 0, low = 0] = stream.subarray(at, at + 5);
    const end = at + 5 + high * 256 + low;
    if (end > stream.length) throw new Error(`record at ${at} goes beyond the end`);
    found.push({ type, version: [major, minor], content: stream.subarray(at + 5, end) });
    at = end;
  }
  return found;
}

function recordsIn(bytes: Uint8Array): string[] {
  let isSealed = false;
  return tlsRecords(bytes).map(({ type, content }) => {
    const word = type === 22 ? (isSealed ? 'sealed' : MESSAGES[content[0] as number]) : RECORDS[type];
    isSealed ||= type === 20;
    return word ?? `record ${type}`;
  });
}
