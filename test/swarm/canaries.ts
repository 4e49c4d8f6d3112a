/** Streams of events that are wrong: a good run, and what breaks one rule of the swarm. */
import type { Replayed } from '../../src/kernel/engine.ts';
import type { Ref } from '../../src/kernel/model.ts';
import type { KindName } from '../../src/models/index.ts';
import { message } from '../support/dhcp.ts';
import { lab, rehearse } from '../support/world.ts';

export const DAY = 86_400e6;
/** A run in which nothing is wrong: a cluster comes up in a small lab. */
const good = rehearse(lab());
const { kinds } = good.engine;

/** Events to be told to the rules, as a fold of the log would. */
export type Stream = readonly Replayed[];

const kindNumber = (kind: string) => kinds.findIndex(({ model, type }) => `${model}.${type}` === kind);
export const kindName = ({ kind }: Replayed) => `${kinds[kind]?.model}.${kinds[kind]?.type}`;

/** The good run up to and with the n-th event of a kind. */
function until(kind: KindName, n = 1): Stream {
  let left = n;
  const end = good.events.findIndex((recorded) => kindName(recorded) === kind && --left === 0);
  if (end < 0) throw new Error(`the good run has no ${kind}`);
  return good.events.slice(0, end + 1);
}

/** One more event at the end of a stream, caused by the last one unless it is said otherwise. */
function and(
  events: Stream,
  entity: Ref,
  type: string,
  fields: object = {},
  more: Partial<Replayed> = {},
): Stream {
  const last = events.at(-1) as Replayed;
  const kind = kindNumber(`${entity.slice(0, entity.indexOf('/'))}.${type}`);
  if (kind < 0) throw new Error(`there is no ${entity} ${type}`);
  const event = { type, ...fields };
  return [
    ...events,
    { seq: events.length, at: last.at, cause: last.seq, entity, kind, draws: '', event, ...more },
  ];
}

/** Every event of the good run. */
export const all: Stream = good.events;
const lastAt = (all.at(-1) as Replayed).at;
const vm = (good.last('vm.Addressed').entity as Ref).slice('vm/'.length);
/** Lease and ACK of each client. */
const leased = good
  .all('dhcp.Granted')
  .map(({ event }) => event as unknown as { client: string; yiaddr: number })
  .map((granted) => ({ ...granted, address: granted.yiaddr }));
const [one, other] = leased as [(typeof leased)[number], (typeof leased)[number]];
const claim = (holder: string, address: number, how = 'lease') => ({ address, holder, how, facts: [] });
const grant = (ack: (typeof leased)[number], address: number, end = lastAt + 60e6) => {
  const { address: _, ...fields } = ack;
  return { ...fields, yiaddr: address, until: end };
};
const share = (amounts: readonly number[]) => ({ keys: ['vm', 'vm.cpu', 'vm.memory'], amounts });
const transfer = { owner: `docker/${vm}`, tag: 'layer', path: ['nic/esx-01/lan'], size: 1e9, cap: 0 };

/** What breaks each rule that is held against a run while it happens. */
export const STREAMS: readonly (readonly [rule: string, how: string, stream: () => Stream])[] = [
  [
    'time never goes back',
    'an event of before',
    () => and(all, 'host/esx-01', 'ClockSet', { clock: 1 }, { at: 5 }),
  ],
  [
    'time never goes back',
    'after the end',
    () => and(all, 'host/esx-01', 'ClockSet', { clock: 1 }, { at: 9 * DAY }),
  ],
  [
    'a cause precedes its effect',
    'a later cause',
    () => and(all, 'host/esx-01', 'ClockSet', { clock: 1 }, { cause: all.length + 2 }),
  ],
  [
    'a cause precedes its effect',
    'itself',
    () => and(all, 'host/esx-01', 'ClockSet', { clock: 1 }, { cause: all.length }),
  ],
  [
    'a cause precedes its effect',
    'no cause',
    () => and(all, 'host/esx-01', 'ClockSet', { clock: 1 }, { cause: -1 }),
  ],
  [
    'facts are earlier events',
    'a later fact',
    () => and(all, 'segment/lan', 'Claimed', { ...claim('device/x', 167772170), facts: [all.length] }),
  ],
  [
    'facts are earlier events',
    'a missing fact',
    () => and(all, 'segment/lan', 'Claimed', { ...claim('device/x', 167772170), facts: [-1] }),
  ],
  [
    'fields fit their shapes',
    'half a microsecond',
    () => and(all, 'host/esx-01', 'ClockSet', { clock: 0.5 }),
  ],
  [
    'fields fit their shapes',
    'an unknown field',
    () => and(all, 'host/esx-01', 'ClockSet', { clock: 1, colour: 'red' }),
  ],
  [
    'every event can be told',
    'a failure without a page',
    () => and(all, `vm/${vm}`, 'Failed', { why: 'no.such', words: 'x', facts: [] }),
  ],
  [
    'every event can be told',
    'a failure without words',
    () => and(all, `vm/${vm}`, 'Failed', { why: 'quota.exceeded', words: '', facts: [] }),
  ],
  ['every event can be told', 'a name in two lines', () => and(all, `vm/${vm}`, 'Placed', { host: 'a\nb' })],
  [
    'what is named exists',
    'a host that is not',
    () => and(all, 'scheduler/root', 'HostRemoved', { host: 'ghost' }),
  ],
  [
    'what is named exists',
    'a holder that is not',
    () => and(all, 'segment/lan', 'Claimed', claim('vm/ghost', 167772170)),
  ],
  ['each thing is an entity of its own', 'a host twice', () => and(all, 'host/esx-01', 'Declared', HOST)],
  [
    'no address is leased twice',
    'two leases of one address',
    () => {
      const words = 'x';
      const duplicate = { address: one.address, holders: [], why: 'address.duplicate', words, facts: [] };
      return and(
        and(all, 'segment/lan', 'Claimed', claim(`vm/${other.client}`, one.address)),
        'segment/lan',
        'Duplicated',
        duplicate,
      );
    },
  ],
  [
    'no address is leased twice',
    'a duplicate nobody saw',
    () => and(all, 'segment/lan', 'Claimed', claim('device/x', one.address, 'static')),
  ],
  [
    'machines hold what they say',
    'an address of its own',
    () => and(all, `vm/${vm}`, 'Addressed', { address: 167772170, network: 'lan' }),
  ],
  [
    'leases are inside their scope and their time',
    'one address for two',
    () => and(all, 'dhcp/lan', 'Checking', { ...CHECK, address: other.address }),
  ],
  [
    'leases are inside their scope and their time',
    'outside the scope',
    () => and(all, 'dhcp/lan', 'Granted', grant(one, 167772170)),
  ],
  [
    'leases are inside their scope and their time',
    'past its deadline',
    () => and(all, 'dhcp/lan', 'Granted', grant(one, one.address, lastAt)),
  ],
  [
    'leases are inside their scope and their time',
    'longer than leases are',
    () => and(all, 'dhcp/lan', 'Granted', grant(one, one.address, 90 * DAY)),
  ],
  [
    'clients use what servers promised',
    'an address that was not leased to it',
    () =>
      and(all, `dhcp-client/${one.client}`, 'Bound', {
        segment: 'lan',
        server: 'lan',
        serverId: 0,
        address: other.address,
        until: lastAt + 60e6,
        t1: lastAt + 30e6,
        t2: lastAt + 50e6,
      }),
  ],
  [
    'clients use what servers promised',
    'a lease that was given back',
    () => and(all, 'dhcp/lan', 'Released', { client: one.client, address: one.address }),
  ],
  [
    'addresses are inside their network',
    'an address from elsewhere',
    () => and(all, 'segment/lan', 'Claimed', claim('device/x', 1)),
  ],
  [
    'quota is kept',
    'more than the limit',
    () => and(all, 'ticket/lab/dev', 'Consumed', { holder: `vm/${vm}`, ...share([1e6, 1, 1]) }),
  ],
  [
    'quota is kept',
    'less than nothing',
    () => and(all, 'ticket/lab/dev', 'Consumed', { holder: 'vm/x', ...share([-1e6, 0, 0]) }),
  ],
  [
    'what is counted is there',
    'quota of a VM that is not',
    () => and(all, 'ticket/lab/dev', 'Consumed', { holder: 'vm/x', ...share([1, 1, 1]) }),
  ],
  [
    'what is counted is there',
    'quota given back too early',
    () => and(all, 'ticket/lab/dev', 'Returned', { holder: `vm/${vm}` }),
  ],
  [
    'what is counted is there',
    'a place given back too early',
    () => and(all, 'scheduler/root', 'Released', { vm, host: 'esx-01' }),
  ],
  [
    'hosts promise what they have',
    'more memory than there is',
    () => and(all, 'scheduler/root', 'Placed', { vm, host: 'esx-01', cpu: 1, memory: 1e15, score: 1 }),
  ],
  [
    'the scheduler knows which hosts are up',
    'a host that failed',
    () => and(all, 'scheduler/root', 'HostRemoved', { host: 'esx-01' }),
  ],
  [
    'no machine outlives its host',
    'a host that failed',
    () => and(and(all, 'host/esx-01', 'Failed', FAILED), 'host/esx-02', 'Failed', FAILED),
  ],
  ['what runs in a machine ends with it', 'a VM that is lost', () => and(all, `vm/${vm}`, 'Lost', FAILED)],
  ['lives take their steps in order', 'made twice', () => and(all, `vm/${vm}`, 'Created')],
  [
    'lives take their steps in order',
    'a host that booted and was on',
    () => and(all, 'host/esx-01', 'Booting', { takes: 1 }),
  ],
  [
    'datastores hold what they have room for',
    'an image that is too large',
    () => and(all, 'datastore/vsan', 'CopyStarted', { image: 'x', size: 1e16, vm }),
  ],
  [
    'transfers end with their last byte',
    'over at once',
    () => and(and(all, 'fabric/net', 'Started', transfer), 'fabric/net', 'Ended', transfer),
  ],
  [
    'transfers end with their last byte',
    'far too late',
    () =>
      and(
        and(all, 'fabric/net', 'Started', transfer),
        'fabric/net',
        'LinkSet',
        { link: 'x', rate: 1 },
        { at: lastAt + 3600e6 },
      ),
  ],
  [
    'transfers have somebody who waits',
    'a layer that nobody wants',
    () => and(all, 'fabric/net', 'Started', transfer),
  ],
  [
    'a ready cluster is complete',
    'ready from the start',
    () => and(until('cluster.PhaseStarted'), 'cluster/mesos', 'Ready', { took: 1 }),
  ],
  [
    'clusters know their nodes',
    'nodes that nobody made',
    () => and(all, 'cluster/mesos', 'PhaseStarted', PHASE),
  ],
  ['clusters know their nodes', 'deleted with nodes', () => and(all, 'cluster/mesos', 'Deleted')],
  [
    'polls see the truth',
    'seen too early',
    () => and(until('cluster.Verifying'), 'node/mesos-zookeeper-1', 'StageStarted', STAGE),
  ],
  [
    'waits end at their deadline',
    'a wait without end',
    () => and(waiting(), 'host/esx-01', 'ClockSet', { clock: 1 }, { at: 7200e6 }),
  ],
  [
    'what was pulled is whole',
    'an image without its layers',
    () => and(until('docker.ManifestRead'), puller(), 'Pulled', { image: 'x' }),
  ],
  [
    'what was pulled is whole',
    'a container without its image',
    () => and(all, puller(), 'ContainerStarted', { container: 'c', image: 'none', port: 1 }),
  ],
  [
    'only trusted sessions are accepted',
    'an unknown issuer',
    () => and(all, `trust/${vm}`, 'Accepted', { asker: vm, host: 'h', issuer: 'nobody' }),
  ],
  [
    'nodes trust what they were given',
    'an empty store',
    () => and(all, `trust/${vm}`, 'Filled', { roots: [], from: [], until: [], facts: [] }),
  ],
];

const CHECK = {
  ...message('DISCOVER', 'squatter', { segment: 'lan' }),
  how: 'wished',
  first: -1,
  wait: 1e6,
};
const HOST = { cores: 1, memory: 1, roles: [], boot: 0, clock: 0 };
const FAILED = { why: 'host.failed', words: 'Host is not responding', facts: [] };
const PHASE = { step: 'SETUP_SLAVES', role: 'mesos-slave', phase: 3, nodes: ['ghost-1'], addresses: [-1] };
const STAGE = { stage: 'VERIFY_VM', waitsFor: 'an address' };
const puller = () => (good.all('docker.ManifestRead')[0] as Replayed).entity as Ref;
/** A node that begins to wait for its address. */
const waiting = () => and(until('vm.PoweredOn'), 'node/mesos-zookeeper-1', 'StageStarted', STAGE);
