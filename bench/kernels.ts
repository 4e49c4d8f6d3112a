/** The other simulators that the bench knows: how each is found and built, how much it is given, and how far ahead of it we mean to be. */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { projectFile } from './project.ts';

/** The workloads at the sizes that are compared. */
export const CASES = ['hold 1,000', 'hold 100,000', 'hold 1,000,000', 'mm1', 'churn'] as const;

export type Case = (typeof CASES)[number];

/** How many events, customers or timers each case gets: a few seconds' worth. */
export type Amounts = Readonly<Record<Case, number>>;

/** A program that takes a workload and its numbers as further arguments and prints one line of JSON. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** One simulator. */
export interface Peer {
  /** For `--only`. */
  readonly name: string;
  readonly label: string;
  /** What somebody types who does not have it. */
  readonly install: string;
  readonly amounts: Amounts;
  /** Our events per second over theirs are to be at least this, with the log. */
  readonly targets: Partial<Readonly<Record<Case, number>>>;
  /** Finds or builds it; undefined when it is not installed. What is built goes into `folder`. */
  find(folder: string): Command | undefined;
}

const amounts = (...numbers: readonly [number, number, number, number, number]): Amounts =>
  Object.fromEntries(CASES.map((name, i) => [name, numbers[i]])) as Amounts;

/** What we ourselves are given: as many as the peers were when their figures were taken (facts/peers.md 6.1). */
export const OUR_AMOUNTS = amounts(5_000_000, 5_000_000, 2_000_000, 1_000_000, 1_000_000);

/** Faster, by however little. */
const AHEAD = 1;

export const PEERS: readonly Peer[] = [
  {
    name: 'simpy',
    label: 'SimPy',
    install: 'apt-get install python3-simpy3',
    amounts: amounts(1_000_000, 500_000, 300_000, 200_000, 100_000),
    targets: { 'hold 1,000': 3.5, 'hold 100,000': 6, 'hold 1,000,000': 6, mm1: 15 },
    find: findSimpy,
  },
  {
    name: 'simjs',
    label: 'SIM.JS',
    install: 'npm install simjs in some folder, and PEERS_NPM=<that folder>',
    amounts: amounts(5_000_000, 500_000, 500_000, 500_000, 500_000),
    targets: Object.fromEntries(CASES.map((name) => [name, AHEAD])),
    find: findSimjs,
  },
  {
    name: 'simgrid',
    label: 'SimGrid',
    install: 'apt-get install g++ libsimgrid-dev',
    amounts: amounts(2_000_000, 1_000_000, 1_000_000, 50_000, 1_000_000),
    targets: { 'hold 100,000': AHEAD, 'hold 1,000,000': AHEAD },
    find: (folder) => build(folder, 'simgrid', '-lsimgrid'),
  },
  {
    name: 'ns3',
    label: 'ns-3, Map (default)',
    install: 'apt-get install g++ libns3-dev',
    amounts: amounts(3_000_000, 2_000_000, 1_000_000, 1_000_000, 1_000_000),
    targets: { 'hold 100,000': AHEAD, 'hold 1,000,000': AHEAD },
    find: (folder) => findNs3(folder, 'Map'),
  },
  {
    name: 'ns3-pq',
    label: 'ns-3, PriorityQueue',
    install: 'apt-get install g++ libns3-dev',
    amounts: amounts(3_000_000, 2_000_000, 2_000_000, 1_000_000, 1_000_000),
    targets: {},
    find: (folder) => findNs3(folder, 'PriorityQueue'),
  },
  {
    name: 'floor',
    label: 'C++ priority_queue',
    install: 'apt-get install g++',
    amounts: amounts(5_000_000, 3_000_000, 2_000_000, 2_000_000, 2_000_000),
    targets: { 'hold 1,000': 0.3, 'hold 100,000': 0.25, 'hold 1,000,000': 0.3 },
    find: (folder) => build(folder, 'floor'),
  },
];

const program = (name: string) => projectFile(`bench/peers/${name}`);

// A Python of one's own often comes first and lacks what the system's has.
function findSimpy(): Command | undefined {
  const python = ['python3', '/usr/bin/python3'].find(
    (file) => spawnSync(file, ['-c', 'import simpy']).status === 0,
  );
  return python === undefined ? undefined : { file: python, args: [program('simpy_workloads.py')] };
}

function findSimjs(): Command | undefined {
  const file = program('simjs.mjs');
  const folder = process.env['PEERS_NPM'];
  try {
    createRequire(folder === undefined ? file : join(folder, 'package.json')).resolve('simjs');
  } catch {
    return undefined;
  }
  return { file: process.execPath, args: [file] };
}

function findNs3(folder: string, scheduler: string): Command | undefined {
  const built = build(folder, 'ns3', '-lns3-core');
  return built && { ...built, env: { SCHEDULER: scheduler } };
}

/** Compiles a program of `bench/peers` unless it is there already; undefined when the compiler or a header it needs is not there. */
function build(folder: string, name: string, ...libraries: readonly string[]): Command | undefined {
  const file = join(folder, name);
  if (existsSync(file)) return { file, args: [] };
  const args = ['-O3', '-std=c++17', '-o', file, program(`${name}.cpp`), ...libraries];
  // The messages are read, so they have to be in English.
  const env = { ...process.env, LC_ALL: 'C' };
  const compiled = spawnSync('g++', args, { encoding: 'utf8', env });
  if (isMissing(compiled)) return undefined;
  if (compiled.status !== 0) throw new Error(`${name}.cpp does not compile:\n${compiled.stderr}`);
  return { file, args: [] };
}

const isMissing = ({ error, stderr }: SpawnSyncReturns<string>) =>
  error !== undefined || /No such file or directory|cannot find -l/.test(stderr);
