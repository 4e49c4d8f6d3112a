/** Logs as another version would have written them: the same run with another table of kinds. */
import type { AnyEvent } from '../../src/kernel/model.ts';
import { memorySink, memorySource } from '../../src/log/disk.ts';
import type { Kind } from '../../src/log/kinds.ts';
import { type Log, openLog } from '../../src/log/reader.ts';
import { LogWriter } from '../../src/log/writer.ts';

/** Opens a log as it is, whatever kinds it holds. */
export function opened(bytes: Uint8Array): Log {
  const result = openLog(memorySource(bytes));
  if (!result.ok) throw new Error(result.verdict.message);
  return result.log;
}

export interface Rewriting {
  readonly program?: string;
  /** The table of the other version; kinds keep their names. */
  readonly kinds?: (kinds: readonly Kind[]) => readonly Kind[];
  /** An event as the other version had it. */
  readonly event?: (event: AnyEvent, kind: string) => AnyEvent;
}

const nameOf = (kind: Kind | undefined): string => `${kind?.model}.${kind?.type}`;

/** The log that another version would have written. */
export function rewritten(bytes: Uint8Array, to: Rewriting): Uint8Array {
  const log = opened(bytes);
  const { program, kinds, ...preface } = log.preface;
  const others = to.kinds?.(kinds) ?? kinds;
  const places = new Map(others.map((kind, index) => [nameOf(kind), index]));
  const names: string[] = [];
  const sink = memorySink();
  const writer = new LogWriter(
    sink,
    { ...preface, program: to.program ?? program, kinds: others },
    (id) => names[id] as string,
  );
  for (const { kind, seq, at, entity, cause, draws, event } of log.events()) {
    if (!names.includes(entity)) names.push(entity);
    const name = nameOf(kinds[kind]);
    const other = to.event?.(event, name) ?? event;
    writer.append(
      places.get(name) as number,
      { seq, at, cause, entity: names.indexOf(entity) },
      draws,
      other,
    );
  }
  const end = log.verdict?.end;
  if (end !== undefined) writer.end(end.reason, end.worldHash);
  return sink.bytes();
}
