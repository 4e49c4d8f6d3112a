/** Rules of a run that is over: its log, its fold, its forks, its explanations, and that nothing is left hanging. */

import { formatIpv4 } from '../../src/base/ipv4.ts';
import type { Issue } from '../../src/base/issue.ts';
import type { Sight } from '../../src/flows/flow.ts';
import { leavesOf, why } from '../../src/inspect/causes.ts';
import { codeOf } from '../../src/inspect/events.ts';
import { judgeExpectations, judgeThresholds } from '../../src/inspect/expect.ts';
import { failuresOf } from '../../src/inspect/failures.ts';
import { measure } from '../../src/inspect/metrics.ts';
import { remedyFor } from '../../src/inspect/remedy.ts';
import { tell } from '../../src/inspect/story.ts';
import { memorySink, memorySource } from '../../src/log/disk.ts';
import { forkRun } from '../../src/run/fork.ts';
import { type History, readHistory, scenarioOf } from '../../src/run/history.ts';
import type { Outcome } from '../../src/run/simulation.ts';
import { provable, prove } from '../../src/run/verify.ts';
import type { Checked } from '../../src/scenario/read.ts';
import { all, type Finding } from './rules.ts';

/** The mistake to tell of: the first, or where none is listed the count of those left out. */
export function mistakeIn(issues: readonly Issue[]): string {
  const errors = issues.filter(({ severity }) => severity === 'error');
  const { code, message, reason } = errors.find((issue) => issue.code !== 'issues.more') ?? errors[0] ?? {};
  return `${code}, ${message} (${reason})`;
}

/** A run that is over, and what there is to look at. */
export interface Ended {
  readonly checked: Checked;
  readonly outcome: Outcome;
  readonly log: Uint8Array;
  /** The log as it was read back. */
  readonly history: History;
  /** The world as the run left it. */
  readonly world: Sight;
  /** Bounds that this run may reach. */
  readonly mayReach: readonly string[];
  /** Where a fork leaves the run, as a share of its events. */
  readonly forkAt: number;
}

export interface EndRule {
  readonly name: string;
  readonly from: string;
  check(ended: Ended): Finding;
}

const ends: EndRule = {
  name: 'every run ends and says why',
  from: 'design promise 7: a bound that is hit is named, with the loop',
  check({ outcome, mayReach }) {
    if (outcome.ending !== 'bound') return undefined;
    const bound = /\(bound (\w+)\)/.exec(outcome.reason)?.[1];
    if (bound === undefined) return `the run ended by a bound that is not named: ${outcome.reason}`;
    return mayReach.includes(bound) ? undefined : outcome.reason;
  },
};

const clean: EndRule = {
  name: 'the log reads back clean',
  from: 'design promise 4; src/log/recover.ts',
  check({ history: { verdict, events }, outcome }) {
    if (verdict.status !== 'clean') return `the log is ${verdict.status}: ${verdict.message}`;
    return events.length === outcome.events
      ? undefined
      : `${events.length} of ${outcome.events} events are there`;
  },
};

const proves: EndRule = {
  name: 'the log folds to the same world and proves itself',
  from: 'design promises 1 and 2: a fold gives the state, and deciding again the same events; src/run/verify.ts',
  check({ history, outcome }) {
    const proof = prove(provable(history));
    if (!proof.ok) return JSON.stringify(proof);
    return proof.worldHash === outcome.worldHash
      ? undefined
      : `the fold hashes to ${proof.worldHash}, the run to ${outcome.worldHash}`;
  },
};

/** More failures than this are not all explained, and more remedies not all tried: they repeat. */
const EXPLAINED = 60;
const TRIED = 3;

const explained: EndRule = {
  name: 'every failure leads to lines of the scenario',
  from: 'design promise 5: why walks from any failure to lines of the scenario',
  check({ history }) {
    const failing = history.events.filter((recorded) => codeOf(recorded) !== undefined);
    const step = Math.max(Math.ceil(failing.length / EXPLAINED), 1);
    const sources = new Set(history.sources.map(({ name }) => name));
    for (const recorded of failing.filter((_, i) => i % step === 0)) {
      const leaves = leavesOf(why(history, recorded.seq));
      if (leaves.length === 0) return `event ${recorded.seq}, ${codeOf(recorded)}, leads to no line`;
      const lost = leaves.find(({ file, line, path }) => !sources.has(file) || line < 1 || path === '');
      if (lost !== undefined)
        return `event ${recorded.seq} leads to ${lost.file}:${lost.line} (${lost.path})`;
    }
    return undefined;
  },
};

const told: EndRule = {
  name: 'every run can be told and judged',
  from: 'src/inspect: stories, metrics, expectations and failures of any run',
  check({ history, checked: { scenario }, checked }) {
    const { lines } = tell(history);
    const blank = lines.find(({ text }) => text === '' || /undefined|NaN/.test(text));
    if (blank !== undefined) return `the story has a line "${blank.text}"`;
    const metrics = measure(history);
    for (const [name, { values }] of Object.entries(metrics))
      if (!values.every(Number.isFinite))
        return `metric ${name} has ${values.find((value) => !Number.isFinite(value))}`;
    judgeThresholds(metrics, scenario.thresholds);
    judgeExpectations(history, scenario.expect);
    failuresOf(history, checked);
    return undefined;
  },
};

/** Every failure has a way out, and one that can be pasted is one that the scenario takes. */
function mended(history: History, checked: Checked): Finding {
  const sets = new Set<string>();
  for (const failure of failuresOf(history, checked).slice(0, EXPLAINED)) {
    const { help, set } = remedyFor(failure, history, checked.scenario);
    if (help === '') return `the failure ${failure.code} has no way out`;
    if (set !== '') sets.add(set);
  }
  for (const set of [...sets].slice(0, TRIED)) {
    const reading = scenarioOf(history, [set]);
    if (reading.ok) continue;
    return `the remedy ${set} is refused: ${mistakeIn(reading.issues)}`;
  }
  return undefined;
}

const remedies: EndRule = {
  name: 'remedies can be taken',
  from: 'src/inspect/remedy.ts: a --set that can be pasted, or advice',
  check: ({ history, checked }) => mended(history, checked),
};

/**
 * The instant of an event. A run that a bound stopped is not forked at the instant in which it stopped: that one is not whole
 * (docs/decisions.md: forks leave at whole instants).
 */
function forkInstant({ history, outcome, forkAt }: Ended): number | undefined {
  const { events } = history;
  const at = events[Math.floor(forkAt * events.length)]?.at ?? 0;
  const last = events.at(-1)?.at ?? 0;
  if (outcome.ending !== 'bound' || at < last) return at;
  return last === 0 ? undefined : last - 1;
}

const forks: EndRule = {
  name: 'an unchanged fork is the original',
  from: 'design promise 3: to the last byte',
  check(ended) {
    const at = forkInstant(ended);
    if (at === undefined) return undefined;
    const sink = memorySink();
    const forked = forkRun(ended.history, { at, sink });
    if (!forked.ok) return `the log cannot be forked at ${at}`;
    forked.simulation.advance();
    const bytes = sink.bytes();
    const isSame = Buffer.compare(bytes, ended.log) === 0;
    return isSame
      ? undefined
      : `the fork at ${at} has ${bytes.length} bytes, other than the ${ended.log.length} of the original`;
  },
};

/** Settings of the scenario that a fork can change at any instant, as `--set` takes them. */
function settingsOf({ scenario }: Checked): string[] {
  const { networks, proxies, internet, hosts, actions, platform, until } = scenario;
  const named = (section: string, things: object, key: string, value: string) =>
    Object.keys(things).map((name) => `${section}."${name}".${key}=${value}`);
  const scoped = Object.fromEntries(
    Object.entries(networks).filter(([, { dhcp }]) => (dhcp?.ranges.length ?? 0) > 0),
  );
  const moved = Object.entries(scoped).map(([name, { dhcp }]) => {
    const last = formatIpv4(dhcp?.ranges.at(-1)?.last ?? 0);
    return `networks."${name}".dhcp.scope=${last}-${last}`;
  });
  // Clusters of one name that change places have other nodes, and what names those would be refused.
  const made = actions.flatMap((action) => (action.verb === 'create-cluster' ? [action.cluster.name] : []));
  const movable = actions.filter(
    (action) =>
      action.verb !== 'create-cluster' || made.filter((name) => name === action.cluster.name).length === 1,
  );
  return [
    ...named('networks', scoped, 'dhcp.enabled', 'false'),
    ...named('networks', scoped, 'dhcp.enabled', 'true'),
    ...named('networks', scoped, 'dhcp.lease', '7m'),
    ...moved,
    ...named('proxies', proxies, 'up', 'false'),
    ...named('internet', internet, 'up', 'false'),
    ...named('hosts', hosts, 'clock', '-1h'),
    ...movable.map(({ path, at }) => `${path}.at=${at + 1_000_000}us`),
    ...movable.map(({ path }) => `${path}.at=${until}us`),
    ...(platform === undefined ? [] : ['platform.node-template.trusts=[]']),
  ];
}

/** One world in so many is forked with a change: it is the dearest rule. */
const CHANGED = 3;

/** A fork with a change shares the past, and is a sound run itself. */
const changes: EndRule = {
  name: 'a changed fork keeps the past and proves itself',
  from: 'design promise 3: what the change cannot reach stays the same; src/run/fork.ts',
  check(ended) {
    const at = forkInstant(ended);
    const drawn = Math.floor(ended.forkAt * 1e6);
    const settings = settingsOf(ended.checked);
    if (at === undefined || settings.length === 0 || drawn % CHANGED !== 0) return undefined;
    const set = settings[(drawn / CHANGED) % settings.length] as string;
    const sink = memorySink();
    const forked = forkRun(ended.history, { at, sets: [set], sink });
    if (!forked.ok) return `the fork at ${at} refuses ${set}: ${mistakeIn(forked.issues)}`;
    forked.simulation.advance();
    const read = readHistory(memorySource(sink.bytes()));
    if (!read.ok) return `the fork at ${at} with ${set} does not read back: ${read.verdict.message}`;
    const past = ({ events }: History) => JSON.stringify(events.filter((recorded) => recorded.at < at));
    if (past(read.history) !== past(ended.history)) return `the fork at ${at} with ${set} has another past`;
    const proof = prove(provable(read.history));
    return proof.ok ? undefined : `the fork at ${at} with ${set}: ${JSON.stringify(proof)}`;
  },
};

const LIMBO: readonly string[] = [
  'creating',
  'deleting',
  'CREATING',
  'PENDING_DELETE',
  'booting',
  'starting',
];

/** When nothing is left to happen, nothing may still be waiting for something. */
const done: EndRule = {
  name: 'a quiet world waits for nothing',
  from: 'src/kernel/engine.ts: quiet means that nothing is pending, so what waits now waits for ever',
  check({ outcome, world }) {
    if (outcome.ending !== 'quiet') return undefined;
    const limbo = (_: string, { power }: { readonly power: string }) =>
      LIMBO.includes(power) ? `is ${power} for ever` : undefined;
    return (
      all(world.each('vm'), limbo) ??
      all(world.each('cluster'), limbo) ??
      all(world.each('host'), limbo) ??
      all(world.each('docker'), (_, { power, pull, queue }) =>
        pull !== undefined || queue.length > 0 || LIMBO.includes(power)
          ? 'waits for a pull for ever'
          : undefined,
      ) ??
      all(world.each('fabric'), (_, { transfers }) =>
        transfers.size > 0 ? `transfers ${[...transfers.keys()].join(', ')} for ever` : undefined,
      ) ??
      all(world.each('node'), (_, { stage, spec }) => {
        if (['none', 'ready', 'failed', 'removed'].includes(stage)) return undefined;
        // A cluster that failed keeps what it has as it is (docs/fidelity.md: no rollback).
        const isLeft =
          stage === 'WAIT_FOR_PHASE' && world.state('cluster', spec?.cluster ?? '')?.power === 'ERROR';
        return isLeft ? undefined : `is in ${stage} for ever`;
      })
    );
  },
};

export const END_RULES: readonly EndRule[] = [
  ends,
  clean,
  proves,
  forks,
  done,
  changes,
  explained,
  told,
  remedies,
];
