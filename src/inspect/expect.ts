/** What a scenario said must come true, held against what did. */
import type { Micros } from '../base/units.ts';
import type { Recorded } from '../log/reader.ts';
import { type History, kindOf } from '../run/history.ts';
import type { ExpectSpec, ThresholdSpec } from '../scenario/types.ts';
import { codeOf, nameOf, wordsOf } from './events.ts';
import { aggregate, type Metric, metricNamed, type Unit } from './metrics.ts';

/** An expectation held against a run. `seq` is the event that decided it, when one did. */
export interface Judged {
  readonly text: string;
  readonly path: string;
  readonly holds: boolean;
  readonly at?: Micros;
  readonly seq?: number;
  /** A few words on what happened instead or when. */
  readonly note: string;
}

const CLUSTER_KINDS = {
  ready: 'cluster.Ready',
  error: 'cluster.Failed',
  deleted: 'cluster.Deleted',
} as const;
const MACHINE_KINDS = {
  addressed: 'dhcp-client.Bound',
  unaddressed: 'dhcp-client.Unaddressed',
  informed: 'dhcp-client.Informed',
} as const;
const VM_KINDS = { running: 'vm.PoweredOn', addressed: 'vm.Addressed', deleted: 'vm.Deleted' } as const;

/** A cluster created a second time under its name is `name~2`; an expectation means any of them. */
const isNamed = (entity: string, name: string): boolean => nameOf(entity).replace(/~\d+$/, '') === name;

function judgedBy(expected: ExpectSpec, found: Recorded | undefined, otherwise: string): Judged {
  const { text, path, by } = expected;
  if (found === undefined) return { text, path, holds: false, note: otherwise };
  const holds = by === undefined || found.at <= by;
  return { text, path, holds, at: found.at, seq: found.seq, note: holds ? '' : 'too late' };
}

type OfOne = Extract<ExpectSpec, { kind: 'cluster' | 'vm' | 'machine' | 'node' }>;

/** Whose event an expectation waits for, and which kinds bring it about. */
function wantedBy(expected: OfOne): { readonly model: string; readonly wanted: readonly string[] } {
  switch (expected.kind) {
    case 'cluster':
      return { model: 'cluster', wanted: [CLUSTER_KINDS[expected.state]] };
    case 'vm':
      return { model: 'vm', wanted: [VM_KINDS[expected.state]] };
    case 'machine':
      return { model: 'dhcp-client', wanted: [MACHINE_KINDS[expected.state]] };
    case 'node':
      return { model: 'docker', wanted: ['docker.Pulled', 'docker.Starting'] };
  }
}

/** Of a node only what has to do with the image counts: a pull of it, or that it was inside the VM image. */
function isAbout({ event }: Recorded, expected: OfOne): boolean {
  if (expected.kind !== 'node') return true;
  const inside = event['preloaded'] as readonly string[] | undefined;
  return event['image'] === expected.image || inside?.includes(expected.image) === true;
}

function judge(history: History, expected: ExpectSpec): Judged {
  const { events } = history;
  const { text, path } = expected;
  switch (expected.kind) {
    case 'cluster':
    case 'vm':
    case 'machine':
    case 'node': {
      const { model, wanted } = wantedBy(expected);
      const own = events.filter(
        (recorded) =>
          recorded.entity.startsWith(`${model}/`) &&
          isNamed(recorded.entity, expected.name) &&
          isAbout(recorded, expected),
      );
      const found = own.find((recorded) => wanted.includes(kindOf(history, recorded)));
      const failed = own.findLast((recorded) => codeOf(recorded) !== undefined);
      const instead = failed === undefined ? 'it did not happen' : `failed with ${codeOf(failed)}`;
      const judged = judgedBy(expected, found, instead);
      return judged.holds || failed === undefined || found !== undefined
        ? judged
        : { ...judged, at: failed.at, seq: failed.seq };
    }
    case 'fails':
      return judgedBy(
        expected,
        events.find((recorded) => codeOf(recorded) === expected.code),
        `nothing failed with ${expected.code}`,
      );
    case 'never-fails':
    case 'nothing-fails': {
      const found = events.find((recorded) =>
        expected.kind === 'never-fails' ? codeOf(recorded) === expected.code : codeOf(recorded) !== undefined,
      );
      if (found === undefined) return { text, path, holds: true, note: '' };
      return {
        text,
        path,
        holds: false,
        at: found.at,
        seq: found.seq,
        note: wordsOf(found) || (codeOf(found) as string),
      };
    }
  }
}

/** Every expectation of a scenario, held against the run. */
export function judgeExpectations(history: History, expected: readonly ExpectSpec[]): Judged[] {
  return expected.map((one) => judge(history, one));
}

/** A threshold held against a run. `value` is undefined when the metric has no values to aggregate. */
export interface Measured {
  readonly metric: string;
  readonly text: string;
  readonly path: string;
  readonly holds: boolean;
  readonly value: number | undefined;
  readonly unit: Unit;
}

const COMPARE: Readonly<Record<ThresholdSpec['compare'], (a: number, b: number) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
};

/** Every threshold of a scenario, held against the metrics of the run. One without a value does not hold. */
export function judgeThresholds(
  metrics: Readonly<Record<string, Metric>>,
  thresholds: readonly ThresholdSpec[],
): Measured[] {
  return thresholds.map(({ metric, text, path, aggregate: by, compare, bound }) => {
    const value = aggregate(metrics[metric]?.values ?? [], by);
    const holds = value !== undefined && COMPARE[compare](value, bound);
    return {
      metric,
      text,
      path,
      holds,
      value,
      unit: by === 'count' ? 'count' : (metricNamed(metric)?.unit ?? 'count'),
    };
  });
}
