/** `export`: what is in a log, in formats that other tools read. */
import fs from 'node:fs';
import type { Frame } from '../exchange/capture/frame.ts';
import { pcapng } from '../exchange/capture/pcapng.ts';
import { record } from '../exchange/export/frames.ts';
import { cannotWrite, fileSink } from '../log/disk.ts';
import type { Recorded, Verdict } from '../log/reader.ts';
import { openUpToDate, optionsOfLog } from '../run/history.ts';
import { makeFold, PROGRAM } from '../run/program.ts';
import { wasInterrupted } from '../run/simulation.ts';
import type { CurrentLog } from '../run/upcast.ts';
import { matchesGlob, nearest } from '../scenario/names.ts';
import { type Call, EXIT, type ExitCode, Stop } from './call.ts';
import { folding, openFile } from './logs.ts';
import { plain, plural } from './text.ts';

/** Standard output, as a name of a file. */
const STDOUT = '-';

interface Exported {
  readonly frames: number;
  readonly segments: readonly string[];
  readonly bytes: number;
}

export function perform({ args: [path = ''], options, terminal }: Call): ExitCode {
  const { pcapng: file, segment: globs = [], json, quiet } = options;
  if (file === undefined)
    throw new Stop(EXIT.usage, 'Say what to write: --pcapng FILE.', 'premortem export --help');
  const toStdout = file === STDOUT;
  if (toStdout && json === true)
    throw new Stop(EXIT.usage, '--json and `--pcapng -` both want standard output.');
  if (toStdout && Number.isFinite(terminal.width))
    throw new Stop(
      EXIT.usage,
      'A capture is no text for a terminal.',
      `premortem export ${path} --pcapng run.pcapng`,
    );
  const source = openFile(path);
  try {
    const opened = openUpToDate(source);
    if (!opened.ok) throw new Stop(EXIT.damaged, `${path}: ${opened.verdict.message}`);
    const { log } = opened;
    checkSegments(log, globs);
    const write = (out: (bytes: Uint8Array) => void): Exported =>
      folding(path, () => writeCapture(log, globs, out));
    const exported = toStdout
      ? write(stdoutWriter())
      : intoFile(file, write, () => refuseDamaged(path, log.verdict));
    if (json === true) terminal.json({ file, ...exported });
    else if (toStdout) terminal.say(quiet === true ? [] : [sentence('standard output', exported)]);
    else terminal.print(sentence(file, exported));
    return finish(path, log.verdict, (line) => terminal.say(line));
  } finally {
    source.close();
  }
}

/** A pattern that means nothing is a mistake, told before anything is written. Networks are declared before anything happens. */
function checkSegments(log: CurrentLog, globs: readonly string[]): void {
  if (globs.length === 0) return;
  const names: string[] = [];
  for (const { at, entity, event } of log.events()) {
    if (at > 0) break;
    if (entity.startsWith('segment/') && event.type === 'Declared')
      names.push(entity.slice('segment/'.length));
  }
  for (const glob of globs) {
    if (names.some((name) => matchesGlob(glob, name))) continue;
    const close = nearest(glob, new Set(names));
    const help =
      close === undefined ? `there is ${names.join(', ') || 'none'}` : `did you mean \`${close}\`?`;
    throw new Stop(EXIT.usage, `No segment of this run is called \`${glob}\`.`, help);
  }
}

function writeCapture(log: CurrentLog, globs: readonly string[], out: (bytes: Uint8Array) => void): Exported {
  const options = optionsOfLog(log);
  const wants = (segment: string) => globs.length === 0 || globs.some((glob) => matchesGlob(glob, segment));
  const { segments, frames } = record(spoken(log), makeFold(options), { wants });
  const counted = { frames: 0, bytes: 0 };
  const comment = `${options.name}, seed ${options.seed}, log ${log.identity.slice(0, 8)}: a rehearsal by ${PROGRAM}. Comments name events: premortem why LOG e123`;
  for (const piece of pcapng(counting(frames, counted), { comment, start: options.start, segments })) {
    counted.bytes += piece.length;
    out(piece);
  }
  return { frames: counted.frames, segments: [...segments], bytes: counted.bytes };
}

/** The events. Logs of versions before 0.2.0 say what DHCP came to, not what was sent, nor that a client started. */
function* spoken(log: CurrentLog): Generator<Recorded> {
  let hasClient = false;
  for (const recorded of log.events()) {
    const isFirst: boolean = !hasClient && recorded.entity.startsWith('dhcp-client/');
    hasClient ||= isFirst;
    if (isFirst && recorded.event.type !== 'Started')
      throw new Stop(
        EXIT.usage,
        `This log was made by ${plain(log.preface.program)}, which did not keep the messages that were sent.`,
        'run its scenario again, and export the new log',
      );
    yield recorded;
  }
}

function* counting(frames: Iterable<Frame>, counted: { frames: number }): Generator<Frame> {
  for (const frame of frames) {
    counted.frames += 1;
    yield frame;
  }
}

function sentence(where: string, { frames, segments, bytes }: Exported): string {
  const on = `${plural(segments.length, 'segment')}${segments.length === 0 ? '' : ` (${segments.map(plain).join(', ')})`}`;
  if (frames === 0)
    return `no frame was sent on ${on}; wrote an empty capture of ${plural(bytes, 'byte')} to ${plain(where)}`;
  return `wrote ${plural(frames, 'frame')} on ${on}, ${plural(bytes, 'byte')}, to ${plain(where)}`;
}

// ---- where it goes -----------------------------------------------------------------------------------------

/** What stands there is replaced when the new file is whole, and by nothing else. Pipes and devices are written to as they are. */
function intoFile(
  path: string,
  write: (out: (bytes: Uint8Array) => void) => Exported,
  check: () => void,
): Exported {
  const there = asking(path, () => fs.statSync(path, { throwIfNoEntry: false }));
  if (there?.isDirectory()) throw cannotWrite(path, Object.assign(new Error(), { code: 'EISDIR' }));
  if (there !== undefined && !there.isFile()) return intoDevice(path, write);
  const final = there === undefined ? path : asking(path, () => fs.realpathSync(path));
  const working = `${final}.${process.pid}.new`;
  const sink = fileSink(working);
  let isOpen = true;
  try {
    const exported = write((bytes) => sink.write(bytes));
    check();
    sink.sync();
    isOpen = false;
    sink.close();
    asking(path, () => fs.renameSync(working, final));
    return exported;
  } catch (error) {
    if (isOpen) sink.close();
    fs.rmSync(working, { force: true });
    throw error;
  }
}

function intoDevice(path: string, write: (out: (bytes: Uint8Array) => void) => Exported): Exported {
  const handle = asking(path, () => fs.openSync(path, 'w'));
  try {
    return write(writerTo(handle, path));
  } finally {
    fs.closeSync(handle);
  }
}

/** A question to the file system, or the reason why nothing can be written there. */
function asking<T>(path: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

const stdoutWriter = (): ((bytes: Uint8Array) => void) => writerTo(process.stdout.fd, 'standard output');

/** Writes all of the bytes. A pipe that is full is waited for; once its reader is gone the rest is for nobody. */
function writerTo(handle: number, name: string): (bytes: Uint8Array) => void {
  let isGone = false;
  return (bytes) => {
    for (let done = 0; done < bytes.length && !isGone; ) {
      try {
        done += fs.writeSync(handle, bytes, done);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'EAGAIN') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
        else if (code === 'EPIPE') isGone = true;
        else throw cannotWrite(name, error);
      }
    }
  };
}

// ---- what the log was worth --------------------------------------------------------------------------------

/** What was read up to some damage is no run. What is merely missing its end is. */
function refuseDamaged(path: string, verdict: Verdict | undefined): void {
  if (verdict === undefined || ['clean', 'open', 'torn'].includes(verdict.status)) return;
  throw new Stop(EXIT.damaged, `${path}: ${verdict.message}`);
}

function finish(path: string, verdict: Verdict | undefined, say: (line: string) => void): ExitCode {
  refuseDamaged(path, verdict);
  if (verdict?.status === 'torn')
    throw new Stop(EXIT.damaged, `${path}: ${verdict.message}`, `premortem repair ${path}`);
  if (verdict?.status === 'open') say(`note: ${path}: ${verdict.message}`);
  if (wasInterrupted(verdict?.end))
    say(`note: ${path}: the run was interrupted; this is what it had come to`);
  return EXIT.done;
}
