/** `export` as users call it. */
import { existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Call, type Options, Stop } from '../../src/cli/call.ts';
import { explainThrown } from '../../src/cli/execute.ts';
import { perform } from '../../src/cli/export.ts';
import { Terminal } from '../../src/cli/terminal.ts';
import { readCapture } from '../exchange/capture/reader.ts';
import { logOf, premortem, workshop } from './premortem.ts';

interface Given extends Options {
  readonly pcapng?: string;
  readonly segment?: readonly string[];
}

let folder: string;
let log: string;

/** The verb by itself: what it prints, says and returns. */
function call(path: string, options: Given): { exit: number; out: string; err: string } {
  const said = { out: '', err: '' };
  const stream = (name: 'out' | 'err') => ({
    write(text: string): void {
      said[name] += text;
    },
  });
  const terminal = new Terminal(stream('out'), stream('err'), {
    color: false,
    progress: false,
    quiet: false,
    env: {},
  });
  const words: Call = { args: [path], options, terminal };
  try {
    return { exit: perform(words), ...said };
  } catch (error) {
    const [exit, lines] = explainThrown(error, [], true);
    return { exit, out: said.out, err: said.err + lines.join('\n') };
  }
}

const file = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = workshop();
  const { exit, err } = await premortem(folder, ['run', 'scope-exhausted.yaml', '-q']);
  expect(exit, err).toBe(0);
  log = join(folder, logOf(folder, 'scope-exhausted-'));
});

describe('export --pcapng', () => {
  test('writes a capture with a remark where the scope was exhausted, and says so in one line', () => {
    const { exit, out, err } = call(log, { pcapng: file('run.pcapng') });
    expect([exit, err]).toEqual([0, '']);
    expect(out).toMatch(/^wrote [\d,]+ frames on \d+ segments? \(.+\), [\d,]+ bytes, to .*run\.pcapng\n$/);
    const { packets, header } = readCapture(readFileSync(file('run.pcapng')));
    expect(header.get(1)).toMatch(/^scope-exhausted, seed .+premortem why LOG e123$/);
    expect(packets.flatMap(({ comment }) => comment ?? []).join('\n')).toContain('(dhcp.scope-exhausted)');
  });

  test('replaces what is there, leaves nothing beside it, and writes the same again', () => {
    writeFileSync(file('again.pcapng'), 'something else');
    expect(call(log, { pcapng: file('again.pcapng') }).exit).toBe(0);
    expect(readFileSync(file('again.pcapng'))).toEqual(readFileSync(file('run.pcapng')));
    expect(readdirSync(folder).filter((name) => name.endsWith('.new'))).toEqual([]);
  });

  test('--json is one object', () => {
    const json = JSON.parse(call(log, { pcapng: file('json.pcapng'), json: true }).out) as Record<
      string,
      unknown
    >;
    expect(json).toMatchObject({ file: file('json.pcapng'), bytes: statSync(file('json.pcapng')).size });
    expect(json['frames']).toBe(readCapture(readFileSync(file('json.pcapng'))).packets.length);
  });

  test('--segment picks by name or pattern; one that means nothing is told before anything is written', () => {
    const [name = ''] = readCapture(readFileSync(file('run.pcapng'))).segments;
    expect(call(log, { pcapng: file('one.pcapng'), segment: [`${name.slice(0, 2)}*`] }).exit).toBe(0);
    expect(readCapture(readFileSync(file('one.pcapng'))).segments).toContain(name);
    const { exit, err } = call(log, { pcapng: file('none.pcapng'), segment: ['no-such'] });
    expect([exit, existsSync(file('none.pcapng'))]).toEqual([2, false]);
    expect(err).toContain('No segment of this run is called `no-such`.');
  });

  test('a log without its end is exported as far as it goes, and that is said', () => {
    const bytes = readFileSync(log);
    writeFileSync(file('torn.pmlog'), bytes.subarray(0, bytes.length - 40));
    const { exit, err } = call(file('torn.pmlog'), { pcapng: file('torn.pcapng') });
    expect([0, 4]).toContain(exit);
    expect(err).not.toBe('');
    expect(readCapture(readFileSync(file('torn.pcapng'))).segments.length).toBeGreaterThan(0);
  });

  test('a damaged log is refused, and what was there stays', () => {
    const bytes = Uint8Array.from(readFileSync(log));
    const at = Math.floor(bytes.length * 0.6);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(file('damaged.pmlog'), bytes);
    writeFileSync(file('kept.pcapng'), 'kept');
    expect(call(file('damaged.pmlog'), { pcapng: file('kept.pcapng') }).exit).toBe(4);
    expect(readFileSync(file('kept.pcapng'), 'utf8')).toBe('kept');
    truncateSync(file('damaged.pmlog'), 10);
    expect(call(file('damaged.pmlog'), { pcapng: file('kept.pcapng') }).exit).toBe(4);
  });

  test('a log that kept no messages is refused', () => {
    const old = fileURLToPath(new URL('../compat/v1/dhcp-off.pmlog', import.meta.url));
    const { exit, err } = call(old, { pcapng: file('old.pcapng') });
    expect(exit).toBe(2);
    expect(err).toContain('made by premortem 0.1.0, which did not keep the messages');
    expect(existsSync(file('old.pcapng'))).toBe(false);
  });

  test('what cannot be written is one sentence', () => {
    for (const where of [join(folder, 'no', 'such', 'run.pcapng'), folder, join(log, 'run.pcapng')]) {
      const { exit, err } = call(log, { pcapng: where });
      expect([exit, err.trimEnd().split('\n').length], err).toEqual([5, 1]);
    }
    const full = call(log, { pcapng: '/dev/full' });
    expect([full.exit, full.err]).toEqual([
      5,
      'premortem: Cannot write /dev/full: the disk is full (ENOSPC).',
    ]);
  });

  test('asks for what is missing, and keeps bytes from terminals', () => {
    expect(call(log, {}).exit).toBe(2);
    expect(call(log, { pcapng: '-', json: true }).exit).toBe(2);
    const shown = { write: () => undefined, isTTY: true, columns: 80 };
    const terminal = new Terminal(shown, shown, { color: false, progress: false, quiet: false, env: {} });
    expect(() => perform({ args: [log], options: { pcapng: '-' } as Options, terminal })).toThrow(Stop);
  });
});
