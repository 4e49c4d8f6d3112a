import { isLinkLocal } from '../../base/dhcp.ts';
import type { Micros } from '../../base/units.ts';
import type { Stamp } from '../../kernel/model.ts';
import type { ClientSettings, DhcpClientEvent } from './events.ts';
import { CLIENTS, type ClientProfile, type Program } from './profile.ts';

export type Phase =
  | 'off'
  /** Until the program is up, after a NAK or DECLINE, in a pause. */
  | 'waiting'
  | 'selecting'
  | 'requesting'
  | 'rebooting'
  /** The address is looked at before it is used. */
  | 'checking'
  | 'bound'
  | 'renewing'
  | 'rebinding'
  /** It has an address and asks for options; it was told them. */
  | 'informing'
  | 'informed'
  | 'no carrier'
  /** It will not try again by itself. */
  | 'gave up';

export interface DhcpClient {
  phase: Phase;
  program: Program;
  segment: string;
  holder: string;
  mac: string;
  clientId: string;
  settings: ClientSettings;
  server: string;
  serverId: number;
  /** The address in use or asked for; -1 when there is none. */
  address: number;
  /** When the last ACK came, and the lease ends, is renewed, is rebound. */
  ackAt: Micros;
  until: Micros;
  t1: Micros;
  t2: Micros;
  /** What of an earlier lease can be asked for again: its address (0: nothing) and its end. */
  former: number;
  formerUntil: Micros;
  /** Current exchange. */
  xid: number;
  /** When its first message went out, from when seconds are counted, and what the last message said. */
  exchangeAt: Micros;
  secsFrom: Micros;
  secs: number;
  attempt: number;
  interval: number;
  wait: Micros;
  wish: number;
  probes: number;
  announced: number;
  naks: number;
  /** The link-local address (0: none), its probes so far, and whether it is used. */
  local: number;
  localStep: number;
  localHeld: boolean;
  /** The last event of this client: what a wait for an address can point at. */
  lastSeq: number;
}

export const emptyClient = (): DhcpClient => ({
  phase: 'off',
  program: 'networkd',
  segment: '',
  holder: '',
  mac: '',
  clientId: '',
  settings: {},
  server: '',
  serverId: 0,
  address: -1,
  ackAt: 0,
  until: 0,
  t1: 0,
  t2: 0,
  former: 0,
  formerUntil: 0,
  xid: 0,
  exchangeAt: 0,
  secsFrom: 0,
  secs: 0,
  attempt: 0,
  interval: 0,
  wait: 0,
  wish: 0,
  probes: 0,
  announced: 0,
  naks: 0,
  local: 0,
  localStep: 0,
  localHeld: false,
  lastSeq: -1,
});

const profiles = new Map<Program, WeakMap<object, ClientProfile>>();

/** The table of a client: its program's, with what is set otherwise. */
export function profileOf({ program, settings }: Pick<DhcpClient, 'program' | 'settings'>): ClientProfile {
  let made = profiles.get(program);
  if (made === undefined) {
    made = new WeakMap();
    profiles.set(program, made);
  }
  let profile = made.get(settings);
  if (profile === undefined) {
    profile = { ...CLIENTS[program], ...settings };
    made.set(settings, profile);
  }
  return profile;
}

type Given = Extract<DhcpClientEvent, { type: 'Bound' | 'Renewed' | 'Leased' }>;
type Asking = Extract<
  DhcpClientEvent,
  { type: 'Discovering' | 'Requesting' | 'Rebooting' | 'Renewing' | 'Rebinding' | 'Informing' }
>;

function take(client: DhcpClient, event: Given): void {
  client.server = event.server;
  client.serverId = event.serverId;
  client.address = event.address;
  client.until = event.until;
  client.t1 = event.t1;
  client.t2 = event.t2;
  client.former = event.address;
  client.formerUntil = event.until;
  client.naks = 0;
}

function ask(client: DhcpClient, event: Asking, phase: Phase, at: Micros): void {
  if (event.attempt === 1) client.exchangeAt = at;
  // Seconds are counted from where a message says none, or as few as its program ever says.
  const counts = phase === 'selecting' || phase === 'rebooting' ? profileOf(client).leastSecs : 0;
  if (event.attempt === 1 && phase !== 'requesting' && event.secs <= counts) client.secsFrom = at;
  client.phase = phase;
  client.segment = event.segment;
  client.attempt = event.attempt;
  client.interval = event.interval;
  client.wait = event.wait;
  client.xid = event.xid;
  client.secs = event.secs;
}

const leave = (client: DhcpClient, phase: Phase): void => {
  client.phase = phase;
  client.address = -1;
};

function arp(client: DhcpClient, event: Extract<DhcpClientEvent, { type: 'Probing' | 'Announcing' }>): void {
  if (isLinkLocal(event.address)) {
    client.local = event.address;
    client.localStep = event.type === 'Probing' ? event.n : 3 + event.n;
    client.localHeld = client.localHeld || event.type === 'Announcing';
  } else if (event.type === 'Probing') client.probes = event.n;
  else if (event.n > 0) client.announced = event.n;
}

export function evolve(client: DhcpClient, event: DhcpClientEvent, { seq, at }: Stamp): void {
  // The end of a lease is explained by what was asked last.
  if (event.type !== 'LeaseOver') client.lastSeq = seq;
  switch (event.type) {
    case 'Started':
      leave(client, 'waiting');
      client.segment = event.segment;
      client.program = event.program;
      client.holder = event.holder;
      client.mac = event.mac;
      client.clientId = event.clientId;
      client.settings = event.settings;
      client.wish = profileOf(client).asksFor;
      // What outlives a loss of carrier does not outlive the program.
      if (profileOf(client).reboots === 'carrier') client.former = 0;
      client.local = 0;
      client.localStep = 0;
      client.localHeld = false;
      return;
    case 'Discovering':
      ask(client, event, 'selecting', at);
      client.address = -1;
      client.wish = event.requested;
      return;
    case 'Requesting':
      ask(client, event, 'requesting', at);
      client.server = event.server;
      client.serverId = event.serverId;
      client.address = event.address;
      return;
    case 'Rebooting':
      ask(client, event, 'rebooting', at);
      client.address = event.address;
      return;
    case 'Leased': {
      const { former, formerUntil } = client;
      take(client, event);
      // Into a file comes what is used.
      if (profileOf(client).reboots === 'file') Object.assign(client, { former, formerUntil });
      client.phase = 'checking';
      client.ackAt = at;
      client.probes = 0;
      return;
    }
    case 'Bound':
      if (client.phase !== 'checking') client.ackAt = at;
      take(client, event);
      client.phase = 'bound';
      client.local = 0;
      client.localStep = 0;
      client.localHeld = false;
      client.announced = 0;
      return;
    case 'Renewed':
      take(client, event);
      client.phase = 'bound';
      client.ackAt = at;
      client.announced = 0;
      return;
    case 'Renewing':
    case 'Rebinding':
      ask(client, event, event.type === 'Renewing' ? 'renewing' : 'rebinding', at);
      return;
    case 'Informing':
      ask(client, event, 'informing', at);
      return;
    case 'Informed':
      client.phase = 'informed';
      client.server = event.server;
      client.serverId = event.serverId;
      return;
    case 'Probing':
    case 'Announcing':
      arp(client, event);
      return;
    case 'Refused': {
      // An address that was merely offered is not wished for.
      const last = client.phase === 'requesting' ? client.wish : Math.max(0, event.address);
      leave(client, 'waiting');
      client.former = 0;
      client.naks += 1;
      client.wish = profileOf(client).wishes.includes('nak') ? last : 0;
      return;
    }
    case 'Declined':
      leave(client, 'waiting');
      client.former = 0;
      client.wish = 0;
      return;
    case 'Expired':
      leave(client, 'waiting');
      client.former = 0;
      return;
    case 'GaveUp':
      leave(client, event.wait < 0 ? 'gave up' : 'waiting');
      client.wish = 0;
      // What did not help in this search is not asked for in the next.
      if (event.wait >= 0) client.former = 0;
      return;
    case 'CarrierLost':
      client.phase = 'no carrier';
      return;
    case 'CarrierFound':
      client.phase = 'waiting';
      return;
    case 'PatienceOver':
    case 'LeaseOver':
    case 'Unaddressed':
      return;
    case 'Stopped':
      leave(client, 'off');
      if (event.released || event.forgets) client.former = 0;
      return;
    case 'Halted':
      leave(client, 'off');
      return;
  }
}
