/** Holds rules against a run while it happens: each event as it is folded, and the world whenever an instant is over. */
import { sightOf } from '../../src/flows/flow.ts';
import type { Engine } from '../../src/kernel/engine.ts';
import type { Ref } from '../../src/kernel/model.ts';
import { RULES } from './invariants.ts';
import type { Check, Happened, Rule, Scene } from './rules.ts';

/** A rule that does not hold, and where that was seen. */
export interface Violation {
  readonly rule: string;
  readonly what: string;
  /** The event after which it was seen; -1 when the run had none. */
  readonly seq: number;
  readonly at: number;
}

/** Every so many instants each rule is asked, whatever happened. */
const SWEEP = 32;

export class Watch {
  readonly #engine: Engine;
  readonly #checks: readonly { readonly rule: Rule; readonly check: Check }[];
  readonly #scene: Scene;
  readonly #tell: (violation: Violation) => void;
  readonly #seen: (happened: Happened) => void;
  readonly #touched = new Set<string>();
  #instants = 0;
  #last = -1;

  /** Watches an engine from now on. What records its events goes on doing so. */
  constructor(
    engine: Engine,
    until: number,
    tell: (violation: Violation) => void,
    seen: (happened: Happened) => void = () => {},
    rules: readonly Rule[] = RULES,
  ) {
    this.#engine = engine;
    this.#tell = tell;
    this.#seen = seen;
    this.#scene = { world: sightOf(engine.world), until };
    this.#checks = rules.map((rule) => ({ rule, check: rule.begin() }));
    const { recorder } = engine;
    engine.recorder = {
      append: (kind, stamp, draws, event) => {
        recorder?.append(kind, stamp, draws, event);
        const { seq, at, cause } = stamp;
        const { model, type, fields } = engine.kinds[kind] as Engine['kinds'][number];
        const ref = engine.world.entities[stamp.entity]?.ref as Ref;
        const name = ref.slice(ref.indexOf('/') + 1);
        this.#event({ seq, at, cause, entity: ref, name, kind: `${model}.${type}`, fields, event });
      },
    };
  }

  #event(happened: Happened): void {
    this.#seen(happened);
    this.#last = happened.seq;
    this.#touched.add(happened.kind.slice(0, happened.kind.indexOf('.')));
    for (const { rule, check } of this.#checks) {
      const what = check.event?.(happened, this.#scene);
      if (what !== undefined) this.#tell({ rule: rule.name, what, seq: happened.seq, at: happened.at });
    }
  }

  /** The instant is over: everything due in it has been delivered. */
  instantOver(isLast = false): void {
    const everything = isLast || this.#instants % SWEEP === 0;
    this.#instants += 1;
    for (const { rule, check } of this.#checks) {
      if (check.instant === undefined) continue;
      const { touches } = rule;
      if (!everything && touches !== undefined && !touches.some((model) => this.#touched.has(model)))
        continue;
      const what = check.instant(this.#scene);
      if (what !== undefined) this.#tell({ rule: rule.name, what, seq: this.#last, at: this.#engine.now });
    }
    this.#touched.clear();
  }
}
