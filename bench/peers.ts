/**
 * Other simulators at our three workloads. Ours and theirs run in turn, round after round, each in a process of its own; what is compared
 * is the best that each does in a second of the processor. What else a machine does only ever takes away from that, seconds at a time, so
 * the best of a few rounds is what a quiet one shows (as Python's timeit says of its own figures).
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from '../src/base/assert.ts';
import { measureApart } from './apart.ts';
import { expiring } from './churn.ts';
import { CASES, type Case, type Command, OUR_AMOUNTS, PEERS, type Peer } from './kernels.ts';
import { MEAN_WAIT, waitTolerance } from './mm1.ts';
import { stayOnOneCore } from './one-core.ts';
import { Mistyped, type Options } from './options.ts';
import { count, Table } from './table.ts';

/** What a program says of one run; `count` is of events, customers or timers. */
interface Said {
  readonly count: number;
  readonly cpu_s: number;
  readonly peak_mb: number;
  readonly mean_wait?: number;
  readonly fired?: number;
}

/** Something that can be run at a case. */
interface Runner {
  readonly label: string;
  readonly peer?: Peer;
  run(name: Case): Said;
}

/** One row of the result; `per_s` is of the unit for each second of the processor. */
interface Row {
  readonly workload: string;
  readonly pending?: number;
  readonly kernel: string;
  readonly unit: string;
  readonly per_s: number;
  readonly peak_mb: number;
  readonly ratio?: number;
  readonly ratio_no_log?: number;
  readonly target?: number;
  readonly met?: boolean;
}

const UNITS = { hold: 'events', mm1: 'customers', churn: 'timers' } as const;

/** Runs that only have to agree take few events and leave the slow fillings out. */
const QUICK_CASES: readonly Case[] = ['hold 1,000', 'mm1', 'churn'];
const QUICK_PART = 50;
const QUICK_LEAST = 20_000;

/** Longest that a program may take, in milliseconds. */
const PATIENCE = 300_000;

/** `npm run bench -- peers`. */
export function measurePeers({ only, quick, json, rounds = quick ? 1 : 5 }: Options): void {
  const peers = chosen(only);
  const folder = mkdtempSync(join(tmpdir(), 'premortem-peers-'));
  try {
    const core = stayOnOneCore();
    if (core === undefined)
      console.error('Not kept on one core, as the ratios are meant: that takes taskset (util-linux).');
    else if (!json) console.log(`All on core ${core}.\n`);
    if (quick && !json)
      console.log('Few events: start-up is most of what is measured, so nothing is judged.\n');
    const runners = [ours(true, quick), ours(false, quick), ...found(peers, folder, quick)];
    for (const name of quick ? QUICK_CASES : CASES) show(name, compare(name, runners, rounds, quick), json);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function chosen(only: readonly string[] | undefined): readonly Peer[] {
  const names = PEERS.map(({ name }) => name);
  const unknown = only?.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new Mistyped(`There is no peer ${unknown}; there are ${names.join(', ')}.`);
  return PEERS.filter(({ name }) => only?.includes(name) ?? true);
}

const partOf = (amount: number, quick: boolean) =>
  quick ? Math.max(QUICK_LEAST, Math.round(amount / QUICK_PART)) : amount;

const workloadOf = (name: Case) => name.split(' ')[0] as 'hold' | 'mm1' | 'churn';

/** How many wait, for hold alone. */
const pendingOf = (name: Case): number[] =>
  name.startsWith('hold ') ? [Number(name.slice(5).replaceAll(',', ''))] : [];

function titleOf(name: Case): Pick<Row, 'workload' | 'pending'> {
  const [pending] = pendingOf(name);
  return { workload: workloadOf(name), ...(pending === undefined ? {} : { pending }) };
}

function ours(logged: boolean, quick: boolean): Runner {
  return {
    label: logged ? 'premortem' : 'premortem, no log',
    run(name) {
      const workload = workloadOf(name);
      const amount = partOf(OUR_AMOUNTS[name], quick);
      const pending = pendingOf(name).flatMap((number) => ['--pending', `${number}`]);
      const measured = measureApart([
        workload,
        ...pending,
        `--${UNITS[workload]}`,
        `${amount}`,
        ...(logged ? [] : ['--no-log']),
      ]);
      return { ...measured, count: amount };
    },
  };
}

/** The peers that are there. One that is not is named on the error stream. */
function found(peers: readonly Peer[], folder: string, quick: boolean): Runner[] {
  return peers.flatMap((peer) => {
    const command = peer.find(folder);
    if (command === undefined) {
      console.error(`${peer.label} is not here: ${peer.install}`);
      return [];
    }
    const run = (name: Case) => {
      const amount = partOf(peer.amounts[name], quick);
      const said = runCommand(command, [workloadOf(name), ...pendingOf(name), amount]);
      checkSaid(peer.label, name, amount, said);
      return said;
    };
    return [{ label: peer.label, peer, run }];
  });
}

function runCommand({ file, args, env }: Command, more: readonly (string | number)[]): Said {
  const out = execFileSync(file, [...args, ...more.map(String)], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    timeout: PATIENCE,
  });
  return JSON.parse(out) as Said;
}

function checkSaid(label: string, name: Case, amount: number, { count, mean_wait, fired }: Said): void {
  assert(count === amount, `${label} did ${count} of ${amount} at ${name}`);
  if (name === 'mm1')
    assert(
      Math.abs((mean_wait ?? 0) - MEAN_WAIT) < waitTolerance(amount),
      `the mean wait of ${label} is ${mean_wait}, not ${MEAN_WAIT}`,
    );
  if (name === 'churn')
    assert(fired === expiring(amount), `${fired} timers of ${label} fired instead of ${expiring(amount)}`);
}

function compare(name: Case, runners: readonly Runner[], rounds: number, quick: boolean): Row[] {
  const said: Said[][] = runners.map(() => []);
  for (let round = 0; round < rounds; round += 1)
    runners.forEach((runner, i) => {
      said[i]?.push(runner.run(name));
    });
  const rates = said.map((runs) => Math.max(...runs.map(({ count, cpu_s }) => count / cpu_s)));
  const [logged, unlogged] = rates as [number, number, ...number[]];
  return runners.map(({ label, peer }, i) => {
    const per_s = Math.round(rates[i] as number);
    const peak_mb = Math.max(...(said[i] as Said[]).map(({ peak_mb }) => peak_mb));
    const row: Row = { ...titleOf(name), kernel: label, unit: UNITS[workloadOf(name)], per_s, peak_mb };
    if (peer === undefined) return row;
    const ratio = logged / per_s;
    const target = quick ? undefined : peer.targets[name];
    const judged = target === undefined ? {} : { target, met: target === 1 ? ratio > 1 : ratio >= target };
    return { ...row, ratio, ratio_no_log: unlogged / per_s, ...judged };
  });
}

function show(name: Case, rows: readonly Row[], json: boolean): void {
  if (json) {
    for (const row of rows) console.log(JSON.stringify(row));
    return;
  }
  const workload = workloadOf(name);
  const title = workload === 'hold' ? `${name} pending` : name;
  const per = `${UNITS[workload]}/CPU s`;
  const table = new Table({
    [title]: 22,
    [per]: 15,
    'ours/theirs': 11,
    'no log/theirs': 13,
    'peak MB': 7,
    target: 6,
    met: 3,
  });
  for (const { kernel, per_s, ratio, ratio_no_log, peak_mb, target, met } of rows)
    table.row([
      kernel,
      count(per_s),
      ratio === undefined ? '' : count(ratio, 2),
      ratio_no_log === undefined ? '' : count(ratio_no_log, 2),
      count(peak_mb),
      target === undefined ? '' : target === 1 ? '> 1' : `${target}`,
      met === undefined ? '' : met ? 'yes' : 'no',
    ]);
  console.log();
}
