/** `events`: prints, filters and follows the events of a log. */
import fs from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { codeOf, nameOf } from '../inspect/events.ts';
import { tellingOf } from '../inspect/phrases.ts';
import { fileSource } from '../log/disk.ts';
import type { Log, Recorded, Verdict } from '../log/reader.ts';
import { openUpToDate } from '../run/history.ts';
import { matchesGlob } from '../scenario/names.ts';
import { type Call, EXIT, type ExitCode, type Options, Stop, wholeNumber } from './call.ts';
import { exactClock, readInstant } from './instant.ts';
import { folding, openFile } from './logs.ts';
import type { Paint } from './paint.ts';
import { seeking } from './seeking.ts';
import type { Terminal } from './terminal.ts';
import { clip, plain } from './text.ts';

/** Milliseconds between two looks at a log that is being written. */
const LOOK = 250;
/** Lines printed at a time. */
const BATCH = 256;

type Kinds = Log['preface']['kinds'];

const kindIn = (kinds: Kinds, { kind }: Recorded): string => `${kinds[kind]?.model}.${kinds[kind]?.type}`;

/** Whether an event is wanted. */
export type Filter = (recorded: Recorded, kind: string) => boolean;

/** The filter that the flags describe. */
export function filterFor(options: Options): Filter {
  const { entity, kind } = options;
  const since = options.since === undefined ? 0 : readInstant('--since', options.since);
  const until =
    options.until === undefined ? Number.POSITIVE_INFINITY : readInstant('--until', options.until);
  return (recorded, name) =>
    recorded.at >= since &&
    recorded.at <= until &&
    (kind === undefined || matchesGlob(kind, name) || matchesGlob(kind, recorded.event.type)) &&
    (entity === undefined ||
      matchesGlob(entity, recorded.entity) ||
      matchesGlob(entity, nameOf(recorded.entity))) &&
    (options.failures !== true || codeOf(recorded) !== undefined);
}

/** One event on one line. */
export function eventLine(recorded: Recorded, kind: string, paint: Paint): string {
  const { seq, at, entity, cause, event } = recorded;
  const bad = codeOf(recorded) !== undefined;
  const text = plain(tellingOf(kind, event, at));
  const from = cause === -1 ? '' : paint.faint(`  <- e${cause}`);
  const left = `${paint.faint(`e${seq}`.padEnd(6))}  ${exactClock(at)}  ${clip(plain(entity), 40).padEnd(28)}`;
  return `${left}  ${plain(event.type).padEnd(16)}  ${bad ? paint.bad(text) : text}${from}`;
}

/** One event as JSON. */
export function eventJson(recorded: Recorded, kind: string): object {
  const { seq, at, entity, cause, event } = recorded;
  return { seq, at, entity, kind, cause, event, text: tellingOf(kind, event, at) };
}

/** The verdict on a log of which no more was wanted. */
const STOPPED: Verdict = { status: 'clean', events: 0, lastAt: 0, offset: 0, message: '' };

/** Prints those of some events that are wanted, beyond the first `skip`. */
function printEvents(
  events: Iterable<Recorded>,
  kinds: Kinds,
  skip: number,
  wanted: Filter,
  left: { count: number },
  { terminal, options }: Call,
): void {
  let lines: string[] = [];
  for (const recorded of events) {
    if (left.count === 0 || terminal.closed) break;
    const kind = kindIn(kinds, recorded);
    if (recorded.seq < skip || !wanted(recorded, kind)) continue;
    left.count -= 1;
    if (options.json === true) terminal.jsonLine(eventJson(recorded, kind));
    else lines.push(eventLine(recorded, kind, terminal.paint));
    if (lines.length < BATCH) continue;
    terminal.print(lines);
    lines = [];
  }
  terminal.print(lines);
}

/** Prints what a log holds beyond the first `skip` events. Returns how many events it holds, and what it is worth. */
function printFrom(
  path: string,
  skip: number,
  wanted: Filter,
  left: { count: number },
  call: Call,
): { events: number; verdict: Verdict } {
  const { options } = call;
  const since = options.since === undefined ? 0 : readInstant('--since', options.since);
  // From the middle of a long log, when it is wanted from there on.
  const sought =
    skip === 0 && since > 0
      ? seeking(path, call.terminal, (seeker, log) => {
          printEvents(seeker.from(since), seeker.kinds, skip, wanted, left, call);
          return log.verdict ?? STOPPED;
        })
      : undefined;
  if (sought !== undefined) return { events: sought.events, verdict: sought };
  const source = skip === 0 ? openFile(path) : fileSource(path);
  try {
    const opened = openUpToDate(source);
    if (!opened.ok) return { events: 0, verdict: opened.verdict };
    printEvents(opened.log.events(), opened.log.preface.kinds, skip, wanted, left, call);
    const verdict = opened.log.verdict ?? STOPPED;
    return { events: verdict.events, verdict };
  } finally {
    source.close();
  }
}

/** Whether more may come: the log lacks its end, or its last frame is only partly there. */
const unfinished = ({ status }: Verdict): boolean => status === 'open' || status === 'torn';

async function follow(path: string, wanted: Filter, left: { count: number }, call: Call): Promise<ExitCode> {
  let interrupted = false;
  const stop = (): void => {
    interrupted = true;
  };
  process.on('SIGINT', stop);
  try {
    let seen = 0;
    let size = -1;
    while (!interrupted && !call.terminal.closed && left.count > 0) {
      const now = fs.statSync(path, { throwIfNoEntry: false })?.size;
      if (now === undefined) throw new Stop(EXIT.usage, `${path} is gone.`);
      if (now !== size) {
        size = now;
        const { events, verdict } = folding(path, () => printFrom(path, seen, wanted, left, call));
        seen = Math.max(seen, events);
        if (!unfinished(verdict)) return finish(path, verdict, call.terminal);
      }
      await wait(LOOK);
    }
    return interrupted ? EXIT.interrupted : EXIT.done;
  } finally {
    process.off('SIGINT', stop);
  }
}

function finish(path: string, { status, message }: Verdict, terminal: Terminal): ExitCode {
  if (status === 'clean') return EXIT.done;
  if (status === 'open') {
    terminal.say(`note: ${path}: ${message}`);
    return EXIT.done;
  }
  throw new Stop(EXIT.damaged, `${path}: ${message}`, status === 'torn' ? `premortem repair ${path}` : '');
}

export async function perform(call: Call): Promise<ExitCode> {
  const { args, options, terminal } = call;
  const [path = ''] = args;
  const wanted = filterFor(options);
  const left = { count: wholeNumber('--limit', options.limit, Number.POSITIVE_INFINITY) };
  if (options.follow === true) {
    openFile(path).close();
    return follow(path, wanted, left, call);
  }
  return finish(path, folding(path, () => printFrom(path, 0, wanted, left, call)).verdict, terminal);
}
