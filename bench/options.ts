/** The bench's command line: which verb, which numbers, and one sentence for whoever mistyped. */
import { parseArgs } from 'node:util';
import { BOUNDS } from '../src/base/bounds.ts';

/** What was typed wrong; the message is one sentence. */
export class Mistyped extends Error {
  override readonly name = 'Mistyped';
}

/** The options of each verb; the empty one runs everything. */
const VERBS = {
  '': ['json'],
  hold: ['pending', 'events', 'no-log', 'json'],
  mm1: ['customers', 'events', 'no-log', 'json'],
  churn: ['timers', 'events', 'no-log', 'json'],
  dhcp: ['clients', 'no-log', 'json'],
  pulls: ['nodes', 'no-log', 'json'],
  transfers: ['json'],
  parts: ['json'],
  peers: ['quick', 'only', 'rounds', 'json'],
  log: ['events', 'of', 'json'],
} as const;

/** Where events for the log come from. */
export const ORIGINS = ['busy', 'hold', 'mm1', 'churn'] as const;
export type Origin = (typeof ORIGINS)[number];

export type Verb = keyof typeof VERBS;

export interface Options {
  readonly verb: Verb;
  readonly pending?: number;
  readonly events?: number;
  readonly customers?: number;
  readonly timers?: number;
  readonly clients?: number;
  readonly nodes?: number;
  readonly rounds?: number;
  readonly only?: readonly string[];
  readonly of?: Origin;
  readonly logged: boolean;
  readonly quick: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

export const USAGE = `npm run bench                                     every workload, each in a process of its own, as a table
npm run bench -- hold --pending N --events M      N commands wait and fire again and again, M times in all
npm run bench -- mm1 --customers N                a queue with one server, two events a customer
npm run bench -- churn --timers N                 timers of which nine in ten are withdrawn
npm run bench -- dhcp [--clients N]               1,000, 10,000 and 100,000 DHCP clients for a day, through every model
npm run bench -- pulls [--nodes N]                100 and 1,000 nodes that pull images through one proxy, through every model
npm run bench -- transfers                        a start and a finish among 100, 1,000 and 10,000 transfers
npm run bench -- parts                            agenda, random streams, hashes, each by itself
npm run bench -- peers [--only simpy,floor]       other simulators at the same three workloads, in turn with ours
npm run bench -- log [--of busy] [--events N]     the log by itself, beside other ways to keep events in a file; events are those
                                                  of a busy platform (busy) or of a workload above (hold, mm1,
                                                  churn)

  --events M   for mm1 and churn: as many customers or timers as make about M events
  --no-log     without the log
  --rounds N   how often peers take turns (5); the best of each is shown
  --quick      peers with few events: do they run and agree, not how fast they are
  --json       one line of JSON for each row
  --help       this text

Each program of peers and log checks what it did. Times are of the processor (user and system), not of the wall.
Where there is one core, as for peers and ours, Node is started with --no-concurrent-recompilation.
Peers that are not installed are left out, with a line on how to get them; PEERS_NPM names a folder with node_modules for simjs.`;

/** Reads the arguments, or throws `Mistyped`. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parse(args);
  const verb = verbOf(positionals);
  const known: readonly string[] = [...VERBS[verb], 'help'];
  for (const name of Object.keys(values))
    if (!known.includes(name))
      throw new Mistyped(`${verb === '' ? 'The whole bench' : verb} takes no --${name}.`);
  const amount = values.customers === undefined ? 'timers' : 'customers';
  if (values.events !== undefined && values[amount] !== undefined)
    throw new Mistyped(`${verb} takes --${amount} or --events, not both.`);
  return {
    verb,
    ...numbersOf(values),
    ...(values.only === undefined ? {} : { only: values.only.split(',') }),
    ...(values.of === undefined ? {} : { of: originOf(values.of) }),
    logged: values['no-log'] !== true,
    quick: values.quick === true,
    json: values.json === true,
    help: values.help === true,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        pending: { type: 'string' },
        events: { type: 'string' },
        customers: { type: 'string' },
        timers: { type: 'string' },
        clients: { type: 'string' },
        nodes: { type: 'string' },
        rounds: { type: 'string' },
        only: { type: 'string' },
        of: { type: 'string' },
        'no-log': { type: 'boolean' },
        quick: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    const [sentence = 'The arguments cannot be read'] = (error as Error).message.split('. ');
    throw new Mistyped(`${sentence}.`);
  }
}

function verbOf([verb = '', ...more]: readonly string[]): Verb {
  if (!Object.hasOwn(VERBS, verb)) {
    const verbs = Object.keys(VERBS).filter((name) => name !== '');
    throw new Mistyped(`There is no workload ${verb}; there are ${verbs.join(', ')}.`);
  }
  if (more.length > 0) throw new Mistyped(`${verb} is followed by options, not by ${more[0]}.`);
  return verb as Verb;
}

function originOf(name: string): Origin {
  const origin = ORIGINS.find((one) => one === name);
  if (origin === undefined)
    throw new Mistyped(`There are no events of ${name}; there are ${ORIGINS.join(', ')}.`);
  return origin;
}

/** The most that each number may be: what a run can hold, and what anybody would wait for. */
const MOST = {
  pending: BOUNDS.pending,
  events: 1_000_000_000,
  customers: 500_000_000,
  timers: 500_000_000,
  clients: 4_000_000,
  nodes: 100_000,
  rounds: 1_000,
};

type Numbers = Partial<typeof MOST>;

function numbersOf(values: Readonly<Record<string, unknown>>): Numbers {
  const numbers: Numbers = {};
  for (const name of Object.keys(MOST) as (keyof Numbers)[]) {
    const text = values[name];
    if (typeof text === 'string') numbers[name] = numberOf(name, text, MOST[name]);
  }
  return numbers;
}

function numberOf(name: string, text: string, most: number): number {
  const value = /^\d[\d_]*$/.test(text) ? Number(text.replaceAll('_', '')) : 0;
  if (value >= 1 && value <= most) return value;
  throw new Mistyped(`--${name} takes a whole number from 1 to ${most}, not ${text}.`);
}
