/** How events of older logs are read: version 1 kept no field of a message but its addresses. */
import type { Upcast } from '../../kernel/model.ts';

const asking = { xid: 0, secs: 0, interval: 0 };
const discovering: Upcast = (old) => ({ ...old, ...asking, requested: 0 });
const requesting: Upcast = (old) => ({ ...old, ...asking, serverId: 0 });
const renewing: Upcast = (old) => ({ ...old, ...asking, serverId: 0, attempt: 1 });
const rebinding: Upcast = (old) => ({ ...old, ...asking, attempt: 1 });
/** T1 and T2 were half and seven eighths of the lease; nothing but the end is needed to read on. */
const given: Upcast = (old) => ({ ...old, serverId: 0, t1: old['until'], t2: old['until'] });
const refused: Upcast = (old) => ({ ...old, wait: 0 });
const stopped: Upcast = (old) => ({
  ...old,
  serverId: 0,
  xid: 0,
  secs: 0,
  released: old['server'] !== '',
  forgets: true,
});

export const dhcpClientVersions = {
  Discovering: 2,
  Requesting: 2,
  Bound: 2,
  Renewed: 2,
  Renewing: 2,
  Rebinding: 2,
  Refused: 2,
  Stopped: 2,
};
export const dhcpClientUpcasts = {
  Discovering: [discovering],
  Requesting: [requesting],
  Bound: [given],
  Renewed: [given],
  Renewing: [renewing],
  Rebinding: [rebinding],
  Refused: [refused],
  Stopped: [stopped],
};
