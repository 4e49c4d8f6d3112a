/** Everything that must hold in every run, whatever is done to the world. The rules of one subject are in one file. */
import type { Rule } from './rules.ts';
import { ADDRESS_RULES } from './rules-address.ts';
import { CLUSTER_RULES } from './rules-cluster.ts';
import { END_RULES, type EndRule } from './rules-end.ts';
import { FABRIC_RULES } from './rules-fabric.ts';
import { KERNEL_RULES } from './rules-kernel.ts';
import { PLACE_RULES } from './rules-place.ts';

/** Held against a run while it happens. */
export const RULES: readonly Rule[] = [
  ...KERNEL_RULES,
  ...ADDRESS_RULES,
  ...PLACE_RULES,
  ...FABRIC_RULES,
  ...CLUSTER_RULES,
];

/** Held against a run that is over. */
export const FINAL_RULES: readonly EndRule[] = END_RULES;
