/** How events of older logs are read: in version 1 every node ran one container, named like its role. */
import { runOne } from '../../base/script.ts';
import type { Upcast } from '../../kernel/model.ts';

const script: Upcast = ({ run, ...spec }) => ({ ...spec, ...runOne(String(spec['role']), String(run)) });

export const nodeVersions = { Requested: 2 } as const;
export const nodeUpcasts = { Requested: [script] } as const;
