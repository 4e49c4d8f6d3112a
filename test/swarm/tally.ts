/** What a swarm has done so far: how much of it, what it reached, and what failed. */

import { HOUR } from '../../src/base/units.ts';
import { FAILURE_PAGES } from '../../src/inspect/pages-failures.ts';
import { makeEngine } from '../../src/run/program.ts';
import { VERBS } from '../../src/scenario/schema-cluster.ts';
import type { Happened } from './rules.ts';
import { type Result, runWorld } from './run.ts';
import type { Violation } from './watch.ts';
import { type RandomWorld, worldOf } from './world.ts';

/** A world in which a rule does not hold. */
export interface Failed {
  readonly world: RandomWorld;
  readonly violation: Violation;
}

/** The one command that runs a world again. */
export const commandFor = (seed: number): string =>
  `SWARM_SEED=${seed} SWARM_COUNT=1 npx vitest run test/swarm.test.ts`;

/** A failure as it is printed. */
export function failureText({ world, violation }: Failed): string {
  const { rule, what, seq, at } = violation;
  return [
    `"${rule}" does not hold in world ${world.seed}`,
    `  ${what}`,
    `  after event ${seq}, at ${at} us; ties ${world.ties}; ${world.features.join(' ') || 'no features'}`,
    `  ${commandFor(world.seed)}`,
  ].join('\n');
}

const count = (value: number): string => Math.round(value).toLocaleString('en-US');

export class Tally {
  worlds = 0;
  events = 0;
  /** Simulated time, in microseconds. */
  simulated = 0;
  readonly failures: Failed[] = [];
  readonly kinds = new Map<string, number>();
  readonly codes = new Map<string, number>();
  readonly verbs = new Map<string, number>();
  readonly endings = new Map<string, number>();

  /** Draws the world of a seed, runs it, and counts what happened. */
  run(seed: number): Failed | undefined {
    const world = worldOf(seed);
    let last = 0;
    const result = runWorld(world, (happened) => {
      last = happened.at;
      this.#happened(happened);
    });
    this.worlds += 1;
    this.simulated += last;
    return this.#ended(world, result);
  }

  #happened({ kind, event }: Happened): void {
    this.events += 1;
    bump(this.kinds, kind);
    if (typeof event['why'] === 'string') bump(this.codes, event['why']);
  }

  #ended(world: RandomWorld, { violation, outcome }: Result): Failed | undefined {
    for (const action of world.scenario['do'] as object[])
      for (const verb of VERBS) if (verb in action) bump(this.verbs, verb);
    bump(this.endings, outcome?.ending ?? 'failed');
    if (violation === undefined) return undefined;
    const failed = { world, violation };
    this.failures.push(failed);
    return failed;
  }

  /** One line: how much was done, and how fast. */
  line(seconds: number): string {
    const hours = this.simulated / HOUR;
    const perMinute = hours / Math.max(seconds / 60, 1e-3);
    return [
      `${count(this.worlds)} worlds`,
      `${count(this.events)} events`,
      `${count(hours)} simulated hours`,
      `${count(perMinute)} simulated hours per minute`,
      `${count(this.failures.length)} failed`,
    ].join(', ');
  }

  /** What the language and the models have and no world reached. */
  unreached(): string[] {
    const kinds = makeEngine({ seed: '', ties: 0, bounds: {} }).kinds.map(
      ({ model, type }) => `${model}.${type}`,
    );
    const codes = FAILURE_PAGES.map(({ code }) => code);
    return [
      ...VERBS.filter((verb) => !this.verbs.has(verb)).map((verb) => `action ${verb}`),
      ...kinds.filter((kind) => !this.kinds.has(kind) && kind !== BY_FORKS).map((kind) => `event ${kind}`),
      ...codes.filter((code) => !this.codes.has(code)).map((code) => `failure ${code}`),
    ];
  }
}

/** Only forks take something back, and those are not counted. */
const BY_FORKS = 'scenario.Withdrawn';

const bump = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);

/** Rarest first, as one text. */
export const rarestFirst = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .sort((a, b) => a[1] - b[1])
    .map(([name, times]) => `${name} ${times}`)
    .join(', ');
