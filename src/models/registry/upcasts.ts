/** How events of older logs are read: version 1 answered one request a pull, the manifest's. */
import type { Upcast } from '../../kernel/model.ts';

const asked = { id: -1, method: 'GET', path: 'manifest-tag' } as const;

const published: Upcast = (event) => ({ ...event, list: false });
const served: Upcast = (event) => ({ ...event, ...asked, list: false });
const missing: Upcast = (event) => ({ ...event, ...asked });

export const registryVersions = { Published: 2, Served: 2, Missing: 2 } as const;
export const registryUpcasts = { Published: [published], Served: [served], Missing: [missing] } as const;
