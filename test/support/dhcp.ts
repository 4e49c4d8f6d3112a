/** DHCP specs in few words: messages by their kind and sender, answers as short lines, and where each address of a scope is. */

import { expect } from 'vitest';
import { hasBit } from '../../src/base/bits.ts';
import type { DhcpReply, DhcpRequest, ReplyKind, RequestKind } from '../../src/base/dhcp.ts';
import { formatIpv4 } from '../../src/base/ipv4.ts';
import { type Micros, SECOND } from '../../src/base/units.ts';
import { defineFlow, ask as send } from '../../src/flows/flow.ts';
import { Engine } from '../../src/kernel/engine.ts';
import type { AnyModel, Ref } from '../../src/kernel/model.ts';
import type { Ask } from '../../src/kernel/roots.ts';
import { dhcp } from '../../src/models/dhcp/decide.ts';
import type { DhcpCommand, DhcpEvent, ScopeSettings, ServerSettings } from '../../src/models/dhcp/events.ts';
import { profileOf, type Scope, type Server } from '../../src/models/dhcp/ledger.ts';
import { addressAt, placeOf } from '../../src/models/dhcp/pool.ts';
import type { Software } from '../../src/models/dhcp/profile.ts';
import { dhcpClient } from '../../src/models/dhcp-client/decide.ts';
import type {
  ClientSettings,
  DhcpClientCommand,
  DhcpClientEvent,
} from '../../src/models/dhcp-client/events.ts';
import type { Program } from '../../src/models/dhcp-client/profile.ts';
import type { DhcpClient } from '../../src/models/dhcp-client/state.ts';
import type { CommandOf, ModelName } from '../../src/models/index.ts';
import { type Draws, ip, specify } from './spec.ts';

/** `10.0.0.n`. */
export const lan = (n: number): number => ip('10.0.0.0') + n;
/** `10.0.0.n` as `.n`, anything else in full. */
export const short = (address: number): string =>
  address >= lan(0) && address <= lan(255) ? `.${address - lan(0)}` : formatIpv4(address);

/** The hardware address of a client that is called by one letter or word. */
export function macOf(client: string): string {
  let sum = 0;
  for (const letter of client) sum = (sum * 31 + letter.charCodeAt(0)) % 65_536;
  return `00:50:56:00:${[sum >> 8, sum & 255].map((byte) => byte.toString(16).padStart(2, '0')).join(':')}`;
}

/** A message as `client` sends it, without a client id. */
export const message = (kind: RequestKind, client: string, more: Partial<DhcpRequest> = {}): DhcpRequest => ({
  kind,
  client,
  segment: 'lan',
  mac: macOf(client),
  clientId: '',
  xid: 1,
  secs: 0,
  broadcast: false,
  to: 0,
  ciaddr: 0,
  giaddr: 0,
  requested: 0,
  serverId: 0,
  wish: 0,
  oddity: '',
  ...more,
});

type More = Partial<DhcpRequest>;
const hear = (kind: RequestKind, client: string, more: More): DhcpCommand => ({
  type: 'hear',
  request: message(kind, client, more),
});

export const SERVER = lan(1);
export const discover = (client: string, more: More = {}): DhcpCommand => hear('DISCOVER', client, more);
export const select = (client: string, n: number, more: More = {}): DhcpCommand =>
  hear('REQUEST', client, { requested: lan(n), serverId: SERVER, ...more });
export const reboot = (client: string, address: number, more: More = {}): DhcpCommand =>
  hear('REQUEST', client, { requested: address, ...more });
export const renew = (client: string, address: number, more: More = {}): DhcpCommand =>
  hear('REQUEST', client, { ciaddr: address, to: SERVER, ...more });
export const rebind = (client: string, address: number, more: More = {}): DhcpCommand =>
  hear('REQUEST', client, { ciaddr: address, ...more });
export const decline = (client: string, n: number, more: More = {}): DhcpCommand =>
  hear('DECLINE', client, { requested: lan(n), serverId: SERVER, ...more });
export const release = (client: string, n: number, more: More = {}): DhcpCommand =>
  hear('RELEASE', client, { ciaddr: lan(n), serverId: SERVER, to: SERVER, ...more });
export const inform = (client: string, n: number): DhcpCommand => hear('INFORM', client, { ciaddr: lan(n) });

/** The scope of 10.0.0.0/24 that serves .10 to .12 unless it is said otherwise. */
export const scopeOf = (
  software: Software,
  settings: ServerSettings = {},
  more: Partial<ScopeSettings> = {},
): ScopeSettings => ({
  segment: 'lan',
  enabled: true,
  software,
  addresses: [SERVER],
  network: lan(0),
  prefix: 24,
  router: lan(254),
  ranges: [lan(10), lan(12)],
  settings,
  ...more,
});

export const configured = (
  software: Software,
  settings: ServerSettings = {},
  more: Partial<ScopeSettings> = {},
): DhcpEvent => ({ type: 'Configured', ...scopeOf(software, settings, more) });

/** An event in a few words: what is sent, or what became of an address. */
export function brief(event: DhcpEvent): string {
  switch (event.type) {
    case 'Offered':
      return `OFFER ${short(event.yiaddr)}`;
    case 'Granted':
      return `ACK ${short(event.yiaddr)}`;
    case 'Refused':
      return `NAK ${event.words}`.trim();
    case 'Informed':
      return 'ACK without address';
    case 'Silent':
      return `silent: ${event.why}`;
    case 'Postponed':
      return 'later';
    case 'Declined':
      return `${event.heeded ? 'declined' : 'ignored'} ${short(event.address)}`;
    case 'Configured':
    case 'Started':
    case 'Stopped':
    case 'LeasesForgotten':
      return event.type;
    default:
      return `${event.type} ${short(event.address)}`;
  }
}

type Specs = ReturnType<typeof specify<Server, DhcpCommand, DhcpEvent>>;
type Scene = ReturnType<Specs['given']>;

/** A server to which things are said one after another. */
export class Serving {
  readonly scene: Scene;

  constructor(scene: Scene) {
    this.scene = scene;
  }

  at(now: Micros): Serving {
    return new Serving(this.scene.at(now));
  }

  draws(draws: Draws): Serving {
    return new Serving(this.scene.draws(draws));
  }

  given(...events: DhcpEvent[]): Serving {
    return new Serving(this.scene.given(...events));
  }

  /** Asks, and compares the short lines of what was decided. */
  ask(command: DhcpCommand, ...lines: string[]): Serving {
    const { after, events } = this.scene.when(command);
    expect(events.map(brief)).toEqual(lines);
    return new Serving(after);
  }

  /** The same, whatever is decided. */
  let(command: DhcpCommand): Serving {
    return new Serving(this.scene.when(command).after);
  }

  /** The last answer to a command. */
  reply(command: DhcpCommand): DhcpReply {
    const { events } = this.scene.when(command);
    return events.at(-1) as unknown as DhcpReply;
  }

  get server(): Server {
    return this.scene.state();
  }
}

/** A server of this product; no random number lowers T1 and T2. */
export const serving = (
  software: Software,
  settings: ServerSettings = {},
  more: Partial<ScopeSettings> = {},
): Serving =>
  new Serving(
    specify(dhcp, 'dhcp/lan')
      .draws({ timers: 0 })
      .given(configured(software, settings, more)),
  );

/** Whether an address of a pool is never given out by this product, whoever asks. */
function isBarred(server: Readonly<Server>, scope: Readonly<Scope>, address: number): boolean {
  const { order, skipsEdges, skipsRouter, sharesReserved } = profileOf(server);
  if (scope.reserved.has(address) && !sharesReserved) return true;
  if ((skipsRouter && address === scope.router) || server.addresses.includes(address))
    return order !== 'fresh' && order !== 'rotate';
  return skipsEdges && address >= ip('192.0.0.0') && (address % 256 === 0 || address % 256 === 255);
}

const isWithin = (scope: Readonly<Scope>, address: number) =>
  address >= scope.network && address < scope.network + 2 ** (32 - scope.prefix);

/** What is wrong with where addresses are: each of a pool is free, active, withheld, offered or never given out, and one of these only. */
export function misplaced(server: Readonly<Server>): string[] {
  const found: string[] = [];
  for (const scope of server.scopes.values()) found.push(...misplacedIn(server, scope));
  for (const [key, address] of server.offerOf)
    if (!server.offers.has(address)) found.push(`${short(address)} is offered to ${key} and to nobody`);
  for (const { address, state } of server.leases.values())
    if ((state === 'withheld') !== server.withheld.has(address))
      found.push(`${short(address)} is ${state} and its entry says otherwise`);
  return found;
}

function misplacedIn(server: Readonly<Server>, scope: Readonly<Scope>): string[] {
  const found: string[] = [];
  const { pool } = scope;
  let free = 0;
  let used = 0;
  for (let place = 0; place < pool.size; place += 1) {
    const address = addressAt(pool, place);
    const state = server.leases.get(address)?.state;
    const isTaken = state === 'active' || state === 'withheld' || server.offers.has(address);
    const isFree = hasBit(pool.free, place);
    if (isFree) free += 1;
    if (isTaken || isBarred(server, scope, address)) used += 1;
    if (isFree && isTaken) found.push(`${short(address)} is free and ${state ?? 'offered'}`);
    if (isFree && isBarred(server, scope, address)) found.push(`${short(address)} is free and never given`);
    if (!isFree && hasBit(pool.fresh, place)) found.push(`${short(address)} is never used and not free`);
    if (!isFree && pool.endedAt.has(place)) found.push(`${short(address)} is ended and not free`);
    if (isFree && !hasBit(pool.fresh, place) && !pool.endedAt.has(place))
      found.push(`${short(address)} is free and neither ended nor never used`);
  }
  if (free + used !== pool.size) found.push(`${pool.size} addresses, ${free} free and ${used} in use`);
  const active = [...server.leases.values()].filter(
    ({ address, state }) => state === 'active' && isWithin(scope, address),
  );
  if (active.length !== scope.active) found.push(`${active.length} are active, ${scope.active} counted`);
  if (scope.peak < scope.active) found.push('the peak is below what is active');
  for (const { address } of active) {
    const offer = server.offers.get(address);
    const owner = server.leases.get(address);
    if (offer !== undefined && offer.mac !== owner?.mac)
      found.push(`${short(address)} is offered to ${offer.client} while ${owner?.client} has it`);
  }
  return found;
}

/** Whether the address lies in a pool of its scope. */
export const isServed = (scope: Readonly<Scope>, address: number): boolean =>
  placeOf(scope.pool, address) >= 0;

/** Nobody knows why a lease was not renewed. */
const ending = defineFlow('ending', {
  'dhcp-client.LeaseOver': ({ event, name }) => [
    send('dhcp-client', name, { type: 'expired', words: event.words, facts: [] }),
  ],
});

/** A client that runs by itself in a real engine, with its timers and chance. Times are seconds since its start. */
export class Alone {
  readonly #engine: Engine;
  readonly events: { readonly at: number; readonly event: DhcpClientEvent }[] = [];

  constructor(program: Program, settings: ClientSettings = {}, seed: string | number = 'alone') {
    this.#engine = new Engine([dhcpClient as unknown as AnyModel], [ending], { seed: `${seed}` });
    this.#engine.recorder = {
      append: (_kind, { at, entity }, _draws, event) => {
        if (this.#engine.world.entities[entity]?.ref === REF)
          this.events.push({ at: at / SECOND, event: event as unknown as DhcpClientEvent });
      },
    };
    const start = { segment: 'lan', program, holder: 'machine/a', mac: macOf('a'), settings } as const;
    this.ask(0, { type: 'start', ...start });
  }

  get client(): DhcpClient {
    return this.#engine.world.stateOf(REF) as DhcpClient;
  }

  /** Goes on to an instant. */
  run(seconds: number): this {
    this.#engine.run(Math.round(seconds * SECOND));
    return this;
  }

  /** Goes on to an instant and asks something then. */
  ask(seconds: number, command: DhcpClientCommand): this {
    const due = Math.max(this.#engine.now, Math.round(seconds * SECOND));
    if (due > this.#engine.now) this.#engine.run(due - 1);
    this.#engine.ask([{ to: REF, due, command, path: '', file: '', line: 1 }]);
    this.#engine.run(due);
    return this;
  }

  /** An answer to what it said last: of 10.0.0.10, for an hour, unless it is said otherwise. */
  hear(seconds: number, kind: ReplyKind, more: Partial<DhcpReply> = {}): this {
    this.run(seconds - 1e-6);
    return this.ask(seconds, { type: 'hear', reply: replyOf(kind, { xid: this.client.xid, ...more }) });
  }

  /** Bound at this instant, or at the end of its look at the address. */
  bind(seconds: number, more: Partial<DhcpReply> = {}): this {
    return this.hear(seconds, 'OFFER', more).hear(seconds + 0.001, 'ACK', more);
  }

  /** The events of a kind, with their instants. */
  all<T extends DhcpClientEvent['type']>(
    type: T,
  ): { readonly at: number; readonly event: Extract<DhcpClientEvent, { type: T }> }[] {
    return this.events.filter((one) => one.event.type === type) as never;
  }

  /** When events of these kinds happened. */
  times(...types: DhcpClientEvent['type'][]): number[] {
    return this.events.filter(({ event }) => types.includes(event.type)).map(({ at }) => at);
  }
}

const REF = 'dhcp-client/a';

/** A server's answer to a client that is called `a`. */
export const replyOf = (kind: ReplyKind, more: Partial<DhcpReply> = {}): DhcpReply => ({
  kind,
  server: 's',
  client: 'a',
  mac: macOf('a'),
  xid: 0,
  secs: 0,
  yiaddr: kind === 'NAK' ? 0 : lan(10),
  ciaddr: 0,
  giaddr: 0,
  serverId: SERVER,
  lease: kind === 'NAK' ? 0 : 3600,
  t1: 0,
  t2: 0,
  broadcast: false,
  to: kind === 'NAK' ? 0 : lan(10),
  words: '',
  ...more,
});

/** Differences between instants. */
export const gaps = (times: readonly number[]): number[] =>
  times.slice(1).map((at, i) => at - (times[i] as number));

/** Each number is within so much of what is wanted. */
export function expectNear(got: readonly number[], wanted: readonly number[], most: number): void {
  const shown = `${got.map((one) => one.toFixed(2))} for ${wanted}`;
  expect(got.length, shown).toBe(wanted.length);
  got.forEach((one, i) => {
    expect(Math.abs(one - (wanted[i] as number)), shown).toBeLessThanOrEqual(most);
  });
}

/** What a scenario would ask, `seconds` after the start. */
export const ask = <M extends ModelName>(
  model: M,
  name: string,
  command: CommandOf<M>,
  seconds = 0,
): Ask => ({
  to: `${model}/${name}` as Ref,
  due: Math.round(seconds * SECOND),
  command: command as never,
  path: `${model}.${name}`,
  file: 'test.yaml',
  line: 1,
});

/** A segment with a router at .254. */
export const wire = (name = 'lan', network = lan(0)): Ask =>
  ask('segment', name, { type: 'declare', network, prefix: 24, gateway: network + 254, vlan: 1 });
export const server = (
  name: string,
  software: Software,
  settings: ServerSettings = {},
  more: Partial<ScopeSettings> = {},
): Ask => ask('dhcp', name, { type: 'configure', ...scopeOf(software, settings, more) });
export const client = (
  name: string,
  program: Program,
  seconds = 1,
  settings: ClientSettings = {},
  segment = 'lan',
): Ask =>
  ask(
    'dhcp-client',
    name,
    { type: 'start', segment, program, holder: `machine/${name}`, mac: macOf(name), settings },
    seconds,
  );
export const squat = (n: number, seconds = 0, holder = 'device/camera'): Ask =>
  ask('segment', 'lan', { type: 'claim', address: lan(n), holder, how: 'static', facts: [] }, seconds);
export const port = (station: string, up: boolean, seconds: number): Ask =>
  ask('segment', 'lan', { type: 'port', station, up }, seconds);
