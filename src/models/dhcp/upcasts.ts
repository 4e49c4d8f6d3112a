/** How events of older logs are read: version 1 knew clients by name alone, and one scope of one kind of server. */
import type { AnyEvent, Upcast } from '../../kernel/model.ts';

/** A reply of which only the client and the address are known; the client's name stands in for its hardware address. */
const reply = (kind: 'OFFER' | 'ACK' | 'NAK', { client, address }: AnyEvent, words: unknown = '') => ({
  kind,
  server: '',
  client,
  mac: client,
  xid: 0,
  secs: 0,
  yiaddr: kind === 'NAK' ? 0 : address,
  ciaddr: 0,
  giaddr: 0,
  serverId: 0,
  lease: 0,
  t1: 0,
  t2: 0,
  broadcast: false,
  to: 0,
  words,
});

const configured: Upcast = ({ type, segment, enabled, first, last, lease, check }) => ({
  type,
  segment,
  enabled,
  software: 'generic',
  addresses: [],
  network: 0,
  prefix: 0,
  router: 0,
  ranges: [first, last],
  settings: { lease, check },
});

const checking: Upcast = ({ type, client, address }) => ({
  type,
  kind: 'DISCOVER',
  client,
  segment: '',
  mac: client,
  clientId: '',
  xid: 0,
  secs: 0,
  broadcast: false,
  to: 0,
  ciaddr: 0,
  giaddr: 0,
  requested: 0,
  serverId: 0,
  wish: 0,
  oddity: '',
  address,
  how: 'new',
  first: -1,
  wait: 3_000_000,
});

const offered: Upcast = (old) => ({
  type: old.type,
  ...reply('OFFER', old),
  clientId: '',
  how: 'new',
  checked: false,
});
const granted: Upcast = (old) => ({
  type: old.type,
  ...reply('ACK', old),
  clientId: '',
  how: 'lease',
  until: old['until'],
});
const refused: Upcast = (old) => ({
  type: old.type,
  ...reply('NAK', old, old['words']),
  address: old['address'],
  why: old['why'],
  facts: old['facts'],
});
/** Abandoned addresses did not come back. */
const abandoned: Upcast = (old) => ({ ...old, until: Number.MAX_SAFE_INTEGER });

const silent: Upcast = (old) => ({ ...old, again: false });

export const dhcpVersions = {
  Configured: 2,
  Checking: 2,
  Offered: 2,
  Silent: 2,
  Granted: 2,
  Refused: 2,
  Abandoned: 2,
};
export const dhcpUpcasts = {
  Configured: [configured],
  Checking: [checking],
  Offered: [offered],
  Silent: [silent],
  Granted: [granted],
  Refused: [refused],
  Abandoned: [abandoned],
};
