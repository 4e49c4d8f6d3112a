/** What a rule of the swarm is: something that holds after every event, or whenever an instant is over. */
import type { Wire } from '../../src/base/wire.ts';
import type { Sight } from '../../src/flows/flow.ts';
import type { AnyEvent, Ref } from '../../src/kernel/model.ts';
import type { ModelName } from '../../src/models/index.ts';

/** One event as rules see it, right after it was folded. */
export interface Happened {
  readonly seq: number;
  readonly at: number;
  readonly cause: number;
  readonly entity: Ref;
  /** The name after the model's. */
  readonly name: string;
  /** `model.Type`. */
  readonly kind: string;
  readonly fields: readonly (readonly [string, Wire])[];
  readonly event: AnyEvent;
}

/** The run that is watched. */
export interface Scene {
  readonly world: Sight;
  /** Last instant that is simulated. */
  readonly until: number;
}

/** What is wrong, in one sentence; undefined when nothing is. */
export type Finding = string | undefined;

/** A rule at work in one run. */
export interface Check {
  /** After each event. The world may be half way between two events of one decision. */
  event?(happened: Happened, scene: Scene): Finding;
  /** When an instant is over: nothing more is due in it. */
  instant?(scene: Scene): Finding;
}

export interface Rule {
  readonly name: string;
  /** Where the rule is written down. */
  readonly from: string;
  /** `instant` is asked after instants in which something happened to these, and every now and then. Without it: always. */
  readonly touches?: readonly ModelName[];
  /** A fresh check for one run; what it remembers is its own. */
  begin(): Check;
}

/** Checks every entity of a model. */
export function all<T>(
  entities: Iterable<readonly [string, T]>,
  check: (name: string, state: T) => Finding,
): Finding {
  for (const [name, state] of entities) {
    const found = check(name, state);
    if (found !== undefined) return `${name}: ${found}`;
  }
  return undefined;
}
