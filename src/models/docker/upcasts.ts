/** How events of older logs are read: version 1 had one session a pull, and unpacked all layers of an image at once. */
import type { Upcast } from '../../kernel/model.ts';

const connected: Upcast = ({ type, image }) => ({ type, image, id: -1, host: '' });
const unpacking: Upcast = ({ type, image, takes }) => ({ type, image, digest: '', takes });
const failed: Upcast = (event) => ({ ...event, digests: [] });

export const dockerVersions = { Connected: 2, Unpacking: 2, PullFailed: 2 } as const;
export const dockerUpcasts = {
  Connected: [connected],
  Unpacking: [unpacking],
  PullFailed: [failed],
} as const;
