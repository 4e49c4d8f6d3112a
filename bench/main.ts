/** `npm run bench`: every workload as a table, or one of the verbs of `--help`. */
import { giveRoomToNewObjects } from '../src/cli/young.ts';
import { measureApart } from './apart.ts';
import { churnWorkload } from './churn.ts';
import { holdWorkload } from './hold.ts';
import { type Measurement, measure } from './measure.ts';
import type { Micro } from './micro.ts';
import { mm1Workload } from './mm1.ts';
import { startedAgain } from './one-core.ts';
import { Mistyped, type Options, readOptions, USAGE } from './options.ts';
import { count, Table } from './table.ts';
import type { Turned } from './transfers.ts';

/** What runs when nothing is said, each with and without the log. */
const ALL = [
  ['hold', '--pending', '1000', '--events', '3000000'],
  ['hold', '--pending', '100000', '--events', '3000000'],
  ['hold', '--pending', '1000000', '--events', '3000000'],
  ['mm1', '--customers', '1000000'],
  ['churn', '--timers', '1000000'],
];

/** How many DHCP clients there are, from few to many: the cost of an event must not grow with them. */
const CLIENTS = ['1000', '10000', '100000'];

/** How many nodes pull: an event of many must cost little more than one of few. */
const NODES = ['100', '1000'];

const HEAD = {
  workload: 8,
  pending: 9,
  events: 9,
  logged: 6,
  'events/s': 9,
  'bytes/event': 11,
  'bytes/pending': 13,
  'wall s': 7,
  'peak MB': 7,
};

function cells(measured: Measurement): string[] {
  const { workload, pending, events, logged, cpu_s, wall_s, peak_mb } = measured;
  const { bytes_per_event, bytes_per_pending } = measured;
  return [
    workload,
    count(pending),
    count(events),
    logged ? 'yes' : 'no',
    count(events / cpu_s),
    logged ? count(bytes_per_event, 1) : '-',
    bytes_per_pending === undefined ? '-' : count(bytes_per_pending),
    count(wall_s, 1),
    count(peak_mb),
  ];
}

function show(measured: Iterable<Measurement>, json: boolean): void {
  const table = json ? undefined : new Table(HEAD);
  for (const row of measured) {
    if (table === undefined) console.log(JSON.stringify(row));
    else table.row(cells(row));
  }
}

function* everything(): Iterable<Measurement> {
  for (const args of ALL) {
    yield measureApart(args);
    yield measureApart([...args, '--no-log']);
  }
}

/** As many timers as make about so many events: one for each timer, and one for each of ten that expires. */
const timersFor = (events: number) => Math.ceil(events / 1.1);

const lineOf = ({ task, per_s }: Micro) => `${task.padEnd(48)}${count(per_s).padStart(14)} /s`;

const turnOf = ({ shape, concurrent, us, ratio }: Turned) =>
  `${shape.padEnd(16)}${count(concurrent).padStart(8)} under way${count(us, 1).padStart(12)} µs${count(ratio, 2).padStart(9)}`;

/** One size when it is said, else each of the usual ones in a process of its own. */
function sizes(
  size: number | undefined,
  usual: readonly string[],
  args: readonly string[],
  logged: boolean,
  measureSize: (size: number, logged: boolean) => Measurement,
): Measurement[] {
  if (size !== undefined) return [measureSize(size, logged)];
  return usual.map((one) => measureApart([...args, one, ...(logged ? [] : ['--no-log'])]));
}

// What only some verbs need is loaded by them: a workload's peak memory is its own.
async function run(options: Options): Promise<void> {
  const { verb, logged, json, events = 2_000_000 } = options;
  switch (verb) {
    case '':
      show(everything(), json);
      return;
    case 'hold':
      show([measure(holdWorkload(options.pending ?? 1_000, events), logged)], json);
      return;
    case 'mm1':
      show([measure(mm1Workload(options.customers ?? Math.ceil(events / 2)), logged)], json);
      return;
    case 'churn':
      show([measure(churnWorkload(options.timers ?? timersFor(options.events ?? 1_100_000)), logged)], json);
      return;
    case 'dhcp': {
      const { measureDhcp } = await import('./dhcp.ts');
      show(sizes(options.clients, CLIENTS, ['dhcp', '--clients'], logged, measureDhcp), json);
      return;
    }
    case 'pulls': {
      const { measurePulls } = await import('./pulls.ts');
      show(sizes(options.nodes, NODES, ['pulls', '--nodes'], logged, measurePulls), json);
      return;
    }
    case 'transfers': {
      const { measureTransfers } = await import('./transfers.ts');
      for (const turned of measureTransfers()) console.log(json ? JSON.stringify(turned) : turnOf(turned));
      return;
    }
    case 'parts': {
      const { measureParts } = await import('./micro.ts');
      for (const part of await measureParts()) console.log(json ? JSON.stringify(part) : lineOf(part));
      return;
    }
    case 'peers': {
      const { measurePeers } = await import('./peers.ts');
      measurePeers(options);
      return;
    }
    case 'log': {
      const { measureLog } = await import('./log.ts');
      measureLog(options);
    }
  }
}

async function main(): Promise<void> {
  giveRoomToNewObjects();
  try {
    const options = readOptions(process.argv.slice(2));
    if (options.help) console.log(USAGE);
    else await run(options);
  } catch (error) {
    if (!(error instanceof Mistyped)) throw error;
    console.error(`${error.message}\nSee npm run bench -- --help`);
    process.exitCode = 2;
  }
}

const exitCode = startedAgain();
if (exitCode === undefined) await main();
else process.exitCode = exitCode;
