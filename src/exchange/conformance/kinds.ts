/** The kinds of recordings that can be predicted, each from its set-ups alone. */
import type { ZodType } from 'zod';
import { predict } from './predict.ts';
import { setupSchema } from './setup.ts';
import { predictTls } from './tls/predict.ts';
import { tlsSetupSchema } from './tls/setup.ts';

export interface Predicted {
  readonly case: string;
  readonly prediction: unknown;
  /** How many messages or verdicts it holds, and what a person wants to see of it. */
  readonly count: number;
  readonly words: string;
}

/** Why something is no set-up. */
export interface Misfit {
  readonly path: string;
  readonly message: string;
  /** Whether it is a recording, with the answers still in it. */
  readonly isRecording: boolean;
}

export interface Kind {
  /** What predictions consist of. */
  readonly noun: string;
  read(found: unknown, seed: string | undefined): Predicted | Misfit;
}

function kind<Setup extends { readonly case: string }>(
  noun: string,
  /** The field that only recordings have. */
  answer: string,
  schema: ZodType<Setup>,
  predicted: (setup: Setup, seed: string | undefined) => Omit<Predicted, 'case'>,
): Kind {
  return {
    noun,
    read(found, seed) {
      const isRecording = typeof found === 'object' && found !== null && answer in found;
      const result = schema.safeParse(found);
      if (result.success) return { case: result.data.case, ...predicted(result.data, seed) };
      const [issue] = result.error.issues;
      return { path: issue?.path.join('.') ?? '', message: issue?.message ?? '', isRecording };
    },
  };
}

export const KINDS: Readonly<Record<string, Kind>> = {
  dhcp: kind('message', 'events', setupSchema, (setup, seed) => {
    const prediction = predict(setup, seed);
    const held = Object.entries(prediction.outcome.clients).map(
      ([name, { final_address }]) => `${name} ${final_address ?? 'without an address'}`,
    );
    return { prediction, count: prediction.messages.length, words: held.join(', ') };
  }),
  tls: kind('verdict', 'verdicts', tlsSetupSchema, (setup) => {
    const prediction = predictTls(setup);
    const { opensslVariants, ...programs } = prediction.verdicts;
    const refusals = Object.entries(programs).flatMap(([name, { ok }]) => (ok ? [] : [name]));
    const words = refusals.length === 0 ? 'accepted by all' : `refused by ${refusals.join(', ')}`;
    const count = Object.keys(programs).length + Object.keys(opensslVariants).length;
    return { prediction, count, words };
  }),
};
