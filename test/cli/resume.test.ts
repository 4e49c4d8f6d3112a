/** `resume` as users call it: what it prints, where the log ends up, and everything that it refuses. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { basename, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Recorder } from '../../src/kernel/engine.ts';
import { memorySink } from '../../src/log/disk.ts';
import { readFrameHeader } from '../../src/log/frame.ts';
import { startSimulation } from '../../src/run/simulate.ts';
import { cut } from '../log/support.ts';
import { load, run } from '../support/scenarios.ts';
import { interrupted, MAIN, premortem, workshop } from './premortem.ts';

const DAY = 86_400e6;
const { log: whole, history } = run('scenarios/photon/mesos-works.yaml', { until: 60 * DAY });
const frames = cut(whole);
const preface = frames[0]!.length + frames[1]!.length;
const border = preface + frames[2]!.length;
/** How many events end at the border. */
const { count } = readFrameHeader(frames[2]!);
const counted = `${count.toLocaleString('en-US')} events`;

let folder: string;
beforeEach(() => {
  folder = workshop();
});
const call = (...args: string[]) => premortem(folder, args);
const write = (name: string, bytes: Uint8Array) => fs.writeFileSync(join(folder, name), bytes);
const isWhole = (name: string) => Buffer.compare(fs.readFileSync(join(folder, name)), whole) === 0;
const logs = () => fs.readdirSync(folder).filter((name) => name.includes('.pmlog'));

/** The log of the same run, stopped by Ctrl-C. */
function stoppedAfter(events: number): Uint8Array {
  const sink = memorySink();
  const options = { file: 'mesos-works.yaml', until: 60 * DAY, sink };
  const simulation = startSimulation(load('scenarios/photon/mesos-works.yaml'), options);
  simulation.advance(events);
  simulation.interrupt();
  return sink.bytes();
}

describe('goes on', () => {
  test('with a log that lacks its end, and reports as the run would have', async () => {
    write('killed.pmlog', whole.subarray(0, border));
    const { exit, out, err } = await call('resume', 'killed.pmlog');
    expect([exit, err]).toEqual([0, '']);
    expect(isWhole('killed.pmlog')).toBe(true);
    expect(logs()).toEqual(['killed.pmlog']);
    const [first, ...report] = out.trimEnd().split('\n');
    expect(count).toBeGreaterThan(1000);
    expect(count).toBeLessThan(history.events.length);
    expect(first).toMatch(new RegExp(`^resumed at \\d+:\\d\\d:\\d\\d after ${counted}$`));
    const ran = await call('run', 'mesos-works.yaml', '--until', '60d', '--out', 'runs');
    const log = join('runs', fs.readdirSync(join(folder, 'runs'))[0]!);
    expect(report).toEqual(ran.out.trimEnd().replaceAll(log, 'killed.pmlog').split('\n'));
  });

  test('with a torn log, and keeps what was torn, also the second time', async () => {
    write('torn.pmlog', whole.subarray(0, border + 3101));
    const { exit, out } = await call('resume', 'torn.pmlog');
    expect(exit).toBe(0);
    expect(out).toContain(`after ${counted}; 3,101 bytes of a torn frame are kept in torn.pmlog.torn\n`);
    expect(isWhole('torn.pmlog')).toBe(true);
    const kept = fs.readFileSync(join(folder, 'torn.pmlog.torn'));
    expect(Buffer.compare(kept, whole.subarray(border, border + 3101))).toBe(0);
    write('torn.pmlog', whole.subarray(0, preface + 17));
    const json = JSON.parse((await call('resume', 'torn.pmlog', '--json')).out);
    expect(json).toMatchObject({
      verdict: { exit: 0 },
      run: { log: 'torn.pmlog', events: history.events.length },
      resumed: { at: 0, events: 0, cut: 17, copy: 'torn.pmlog.torn-2' },
    });
    expect(isWhole('torn.pmlog')).toBe(true);
    expect(fs.readFileSync(join(folder, 'torn.pmlog.torn'))).toHaveLength(3101);
  });

  test('with the exit code of the run: 3 when an expectation fails', async () => {
    const sets = ['expect[0]={ that: fails with address.none }'];
    const { log } = run('scenarios/photon/mesos-works.yaml', { until: 60 * DAY, sets });
    write('unmet.pmlog', log.subarray(0, log.length - 5));
    const { exit, out } = await call('resume', 'unmet.pmlog', '--quiet');
    expect(exit).toBe(3);
    expect(out).toMatch(/^✗ [^\n]* unmet\.pmlog\n$/);
    expect(fs.readFileSync(join(folder, 'unmet.pmlog')).equals(log)).toBe(true);
  });
});

describe('after Ctrl-C', () => {
  test('the log loses the word in its name', async () => {
    write('x.interrupted.pmlog', stoppedAfter(5000));
    const { exit, out } = await call('resume', 'x.interrupted.pmlog');
    expect(exit).toBe(0);
    expect(out).toMatch(/^log +x\.pmlog /m);
    expect(logs()).toEqual(['x.pmlog']);
    expect(isWhole('x.pmlog')).toBe(true);
  });

  test('what a run wrote beside an older log takes its place', async () => {
    write('x.pmlog', whole.subarray(0, border));
    write('x.pmlog.4711.new', whole.subarray(0, border + 9));
    expect((await call('resume', 'x.pmlog.4711.new', '--quiet')).exit).toBe(0);
    expect(logs().sort()).toEqual(['x.pmlog', 'x.pmlog.4711.new.torn']);
    expect(isWhole('x.pmlog')).toBe(true);
  });

  test.each([
    ['takes the place of the same log', whole, ['x.pmlog'], 'x.pmlog'],
    ['takes the place of one without an end', whole.subarray(0, border), ['x.pmlog'], 'x.pmlog'],
    ['takes the place of one that was interrupted, too', stoppedAfter(100), ['x.pmlog'], 'x.pmlog'],
    [
      'stands beside another whole log',
      run('scenarios/photon/dhcp-off.yaml').log,
      ['x-2.pmlog', 'x.pmlog'],
      'x-2.pmlog',
    ],
  ])('it %s', async (_, there, names, path) => {
    write('x.pmlog', there);
    write('x.interrupted.pmlog', stoppedAfter(5000));
    expect((await call('resume', 'x.interrupted.pmlog', '--quiet')).out).toContain(`   ${path}\n`);
    expect(logs().sort()).toEqual(names);
    expect(isWhole(path)).toBe(true);
  });

  test('another Ctrl-C is another interruption, and can be gone on from', async () => {
    const long = ['run', 'mesos-works.yaml', '--until', '1500d', '--quiet', '--out', '.'];
    const first = await interrupted(folder, long.with(4, '--no-hidden'), (text) => text.includes('until'));
    expect(first.exit).toBe(130);
    const [name = ''] = logs();
    expect(name).toMatch(/\.interrupted\.pmlog$/);
    const before = fs.statSync(join(folder, name)).size;
    const second = await interrupted(folder, ['resume', name], (text) => text.includes('until'));
    expect(second.exit).toBe(130);
    expect(second.out).toMatch(/^resumed at .*✗ mesos-works: interrupted; /s);
    expect(logs()).toEqual([name]);
    expect(fs.statSync(join(folder, name)).size).toBeGreaterThanOrEqual(before);
    expect((await call('resume', name, '--quiet')).exit).toBe(0);
    await call(...long.with(6, 'again'));
    const [same = ''] = fs.readdirSync(join(folder, 'again'));
    expect(logs()).toEqual([same]);
    const again = fs.readFileSync(join(folder, 'again', same));
    expect(Buffer.compare(fs.readFileSync(join(folder, same)), again)).toBe(0);
  });
});

test('a full disk is a sentence, and what is there can be gone on with', async () => {
  write('full.pmlog', whole.subarray(0, border));
  const blocks = Math.ceil((border + frames[3]!.length / 2) / 1024);
  const command = `trap '' XFSZ; ulimit -f ${blocks}; "${process.execPath}" "${MAIN}" resume full.pmlog -q`;
  const { status, stderr } = spawnSync('bash', ['-c', command], { cwd: folder, encoding: 'utf8' });
  expect([status, stderr]).toEqual([
    5,
    'premortem: Cannot write full.pmlog: the file would grow beyond the size allowed (EFBIG).\n',
  ]);
  const left = fs.readFileSync(join(folder, 'full.pmlog'));
  expect(Buffer.compare(left, whole.subarray(0, border))).toBe(0);
  expect((await call('resume', 'full.pmlog')).exit).toBe(0);
  expect(isWhole('full.pmlog')).toBe(true);
});

describe('changes nothing', () => {
  /** Resumes some bytes, which must stay as they are. */
  async function declined(bytes: Uint8Array, ...more: string[]) {
    write('left.pmlog', bytes);
    const result = await call('resume', 'left.pmlog', ...more);
    expect(fs.readFileSync(join(folder, 'left.pmlog')).equals(bytes)).toBe(true);
    expect(logs()).toEqual(['left.pmlog']);
    return result;
  }

  /** The same run, stopped, with its last event another one. */
  function otherwise(): Uint8Array {
    const sink = memorySink();
    const options = { file: 'mesos-works.yaml', until: 60 * DAY, sink };
    const simulation = startSimulation(load('scenarios/photon/mesos-works.yaml'), options);
    const { engine } = simulation;
    const writer = engine.recorder as Recorder;
    let last: Parameters<Recorder['append']> | undefined;
    engine.recorder = {
      append(...args) {
        if (last !== undefined) writer.append(...last);
        last = structuredClone(args);
      },
    };
    simulation.advance(150);
    const [kind, stamp, draws, event] = last as Parameters<Recorder['append']>;
    writer.append(kind, stamp, `${draws}luck`, event);
    engine.recorder = undefined;
    simulation.interrupt();
    return sink.bytes();
  }

  test('about a log with its end', async () => {
    const { exit, out } = await declined(whole);
    expect(exit).toBe(0);
    expect(out).toMatch(/^The log is complete: .* Nothing to resume\.\n$/);
    const json = JSON.parse((await declined(whole, '--json')).out);
    expect(json).toMatchObject({ resumed: null, why: 'ended' });
  });

  test('about damaged, foreign and missing files', async () => {
    const flipped = Buffer.from(whole);
    flipped[border + 100]! ^= 4;
    const damaged = await declined(flipped);
    expect([damaged.exit, damaged.out]).toEqual([4, '']);
    expect(damaged.err).toMatch(
      /^premortem: left\.pmlog: The log is damaged at byte \d+: .*\nhelp: premortem repair/,
    );
    expect(await declined(Buffer.from('hello'))).toMatchObject({ exit: 4 });
    expect((await declined(whole.subarray(0, 100))).err).toContain(
      'help: nothing of it is left: run the scenario again',
    );
    expect(await call('resume', 'missing.pmlog')).toMatchObject({ exit: 2, out: '' });
    expect(await call('resume', '.')).toMatchObject({ exit: 2 });
    expect(await call('resume')).toMatchObject({ exit: 2 });
    expect(await call('resume', 'left.pmlog', '--only', 'x')).toMatchObject({ exit: 2 });
  });

  test('about a fork that did not get as far as its change', async () => {
    write('origin.pmlog', whole);
    const set = 'networks.mgmt.dhcp.lease=4h';
    await call('fork', 'origin.pmlog', '--at', '50d', '--set', set, '--out', 'forks', '--quiet');
    fs.rmSync(join(folder, 'origin.pmlog'));
    const [name = ''] = fs.readdirSync(join(folder, 'forks'));
    const fork = fs.readFileSync(join(folder, 'forks', name));
    const [header, first, second] = cut(fork);
    const { exit, err } = await declined(Buffer.concat([header!, first!, second!]));
    expect(exit).toBe(2);
    expect(err).toMatch(
      /^premortem: left\.pmlog: The run stopped at \d+d.*, and it was to leave the run that it forks at 50d\.\n/,
    );
    expect(err).toContain(`help: fork that run again: premortem fork LOG --at 50d --set ${set}\n`);
  });

  test('about a log that this program decides otherwise', async () => {
    const bytes = otherwise();
    const { exit, out } = await declined(bytes);
    expect(exit).toBe(6);
    expect(out).toMatch(
      /^✗ re-execution +event e\d+ at \S+ comes out differently\n +in the log .*\n +again .*\nleft\.pmlog was not changed\n$/,
    );
    const json = JSON.parse((await declined(bytes, '--json')).out);
    expect(json).toMatchObject({ resumed: null, why: 'otherwise', difference: { what: 'decision' } });
  });
});

test('the name of a log may be any', async () => {
  const evil = 'x\u001b[31mred\u202e.pmlog';
  write(evil, whole.subarray(0, border + 5));
  const { exit, out } = await call('resume', evil);
  expect(exit).toBe(0);
  expect(out).not.toContain('\u001b');
  expect(isWhole(evil)).toBe(true);
  expect(basename(evil)).toBe(evil);
});
