/** How events of older logs are read: in version 1 every node ran one container, named like its role. */
import { runOne } from '../../base/script.ts';
import type { Upcast } from '../../kernel/model.ts';

interface OldPhase {
  readonly role: string;
  readonly run: string;
}

const scripts: Upcast = ({ type, spec }) => {
  const phases = (spec as { readonly phases?: readonly OldPhase[] } | null)?.phases;
  if (!Array.isArray(phases)) return { type, spec };
  const scripted = phases.map(({ run, ...phase }: OldPhase) => ({
    ...phase,
    script: runOne(phase.role, run),
  }));
  return { type, spec: { ...(spec as object), phases: scripted } };
};

export const clusterVersions = { Requested: 2 } as const;
export const clusterUpcasts = { Requested: [scripts] } as const;
