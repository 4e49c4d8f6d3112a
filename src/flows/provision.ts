/** One cluster node: its VM, the ISO with the template's roots, the guest's first boot, and the two waits of the controller. */
import { assert } from '../base/assert.ts';
import { type Micros, SECOND } from '../base/units.ts';
import { NOTHING, type Send } from '../kernel/model.ts';
import type { Node } from '../models/node/state.ts';
import { folderStore, imageStore } from '../models/trust/state.ts';
import { CLOCK } from '../models/vm/state.ts';
import { ask, defineFlow, type Sight, withdraw } from './flow.ts';
import { observe, serves } from './readiness.ts';
import { whyNoAddress, whyNotServing } from './reasons.ts';

/** Building the cidata ISO and uploading it. Assumed: the sources only bound it by 600 s (facts/photon-and-vdvs.md 5.2). */
const BUILD_ISO: Micros = 8 * SECOND;
/** A static node pings its gateway four times, a second apart, before it goes on (5.3). */
const PING_GATEWAY: Micros = 3 * SECOND;
/** A DHCP node looks once a second whether it has an address (5.3). */
const ADDRESS_LOOP: Micros = SECOND;

/** Key of the engine's start, so that a machine that is gone does not start it. */
const START_ENGINE = 'start';

/** The node that a machine is; a VM of the same name that a user made by hand is none. */
const nodeOf = (world: Sight, name: string): Readonly<Node> | undefined =>
  world.state('vm', name)?.spec?.autostart === true ? undefined : world.state('node', name);

function requestedNode(world: Sight, name: string): Readonly<Node> {
  const node = world.state('node', name);
  assert(node !== undefined, `${name} was requested before its first stage`);
  return node;
}

/** Names are what VMs are known by here (in Photon they are not unique, facts/photon-and-vdvs.md 5.4): no second one of a name. */
const nameTaken = (name: string, fact: number): Send =>
  ask('node', name, {
    type: 'give-up',
    why: 'node.name-taken',
    words: `there is a VM named ${name} already`,
    facts: [fact],
  });

function createVm(node: Readonly<Node>, name: string, world: Sight): Send[] {
  const { spec } = node;
  const there = world.state('vm', name);
  if (there !== undefined && there.power !== 'none' && there.power !== 'deleted')
    return [nameTaken(name, there.requestedSeq)];
  const catalog = world.state('catalog', 'photon');
  const flavor = catalog?.flavors.get(spec?.flavor ?? '');
  const image = catalog?.images.get(spec?.image ?? '');
  assert(
    spec !== undefined && flavor !== undefined && image !== undefined,
    `flavor and image of ${name} are in the catalog: the scenario was checked`,
  );
  const { ticket, datastore, network, address } = spec;
  return [
    ask('vm', name, {
      type: 'create',
      ticket,
      flavor: spec.flavor,
      ...flavor,
      image: spec.image,
      imageSize: image.size,
      datastore,
      network,
      address,
      autostart: false,
    }),
  ];
}

/** The template is read from the controller's disk now, whatever it held before (facts/photon-and-vdvs.md 2.2). */
function attachIso(name: string, world: Sight): Send[] {
  const catalog = world.state('catalog', 'photon');
  const roots = catalog?.template ?? [];
  return [
    ask(
      'node',
      name,
      {
        type: 'iso',
        roots: roots.map((root) => root.name),
        from: roots.map((root) => root.from),
        until: roots.map((root) => root.until),
        facts: catalog === undefined || catalog.templateSeq < 0 ? [] : [catalog.templateSeq],
      },
      BUILD_ISO,
    ),
  ];
}

function startVm(name: string, world: Sight): Send[] {
  const host = world.state('host', world.state('vm', name)?.host ?? '');
  return [ask('vm', name, { type: 'power-on', clock: host?.clock ?? 0, clockSeq: host?.clockSeq ?? -1 })];
}

/** First boot fills the node's trust store before the engine starts: the image's own roots and those of the template. */
function fillTrust(name: string, world: Sight): Send[] {
  const image = world.state('vm', name)?.spec?.image ?? '';
  const store = world.state('trust', imageStore(image));
  const node = nodeOf(world, name);
  const roots = [...(store?.roots.values() ?? []), ...(node?.roots ?? [])];
  const facts = [store?.filledSeq ?? -1, node?.isoSeq ?? -1].filter((seq) => seq >= 0);
  return [ask('trust', name, { type: 'fill', roots, facts })];
}

/** What the VM image says of the engine inside, where that is not Docker 1.11 with its own settings. One that runs has read them. */
function configureEngine(world: Sight, name: string, image: string): Send[] {
  const catalog = world.state('catalog', 'photon');
  const [engine, known] = [catalog?.engines.get(image), catalog?.proxyUsers.get(image)];
  const sends: Send[] = [];
  if ((world.state('docker', name)?.power ?? 'off') !== 'off') return sends;
  if (engine !== undefined) {
    const { client, ownRoots, insecure, mirror } = engine;
    sends.push(ask('docker', name, { type: 'configure', client, ownRoots, insecure }));
    sends.push(ask('docker', name, { type: 'mirror', site: mirror }));
    for (const registry of ownRoots) {
      const folder = world.state('trust', folderStore(imageStore(image), registry));
      const roots = [...(folder?.roots.values() ?? [])];
      const facts = [folder?.filledSeq ?? -1];
      sends.push(ask('trust', folderStore(name, registry), { type: 'fill', roots, facts }));
    }
  }
  if (known !== undefined)
    sends.push(ask('docker', name, { type: 'proxy-user', user: known.user, facts: [known.seq] }));
  return sends;
}

/** NTP needs the network: a clock that is off is set right some time after the machine has its address (facts/registry-and-tls.md 7). */
function syncClock(world: Sight, name: string, image: string): Send[] {
  const sync = world.state('catalog', 'photon')?.timeSyncs.get(image);
  const isOff = world.state('vm', name)?.clock !== 0;
  if (sync === undefined || !isOff) return [];
  return [ask('vm', name, { type: 'set-clock', facts: [sync.seq] }, sync.after, CLOCK)];
}

export const provision = defineFlow('provision', {
  'node.StageStarted': ({ event, name, world }) => {
    if (event.stage === 'CREATE_VM') return createVm(requestedNode(world, name), name, world);
    if (nodeOf(world, name) === undefined) return NOTHING;
    switch (event.stage) {
      case 'ATTACH_ISO':
        return attachIso(name, world);
      case 'START_VM':
        return startVm(name, world);
      case 'VERIFY_VM':
        return (world.state('vm', name)?.address ?? -1) >= 0 ? [observe(name, true)] : NOTHING;
      case 'VERIFY_SERVICE':
        return serves(world, name) ? [observe(name, true)] : NOTHING;
      case 'WAIT_FOR_PHASE':
        return NOTHING;
    }
  },
  // Somebody was faster, at the same instant.
  'vm.Requested': ({ event, name, stamp, world }) =>
    event.autostart && world.state('node', name)?.stage === 'CREATE_VM'
      ? [nameTaken(name, stamp.seq)]
      : NOTHING,
  'vm.Created': ({ name, world }) =>
    nodeOf(world, name) === undefined ? NOTHING : [ask('node', name, { type: 'vm-created' })],
  'vm.PoweredOn': ({ name, world }) =>
    nodeOf(world, name) === undefined ? NOTHING : [ask('node', name, { type: 'vm-started' })],
  'vm.Failed': ({ event, name, stamp }) => [
    ask('node', name, { type: 'give-up', why: event.why, words: event.words, facts: [stamp.seq] }),
  ],
  'vm.Lost': ({ event, name, stamp }) => [
    withdraw('docker', name, START_ENGINE),
    ask('node', name, { type: 'give-up', why: event.why, words: event.words, facts: [stamp.seq] }),
  ],
  'vm.Deleting': ({ name, stamp }) => [
    withdraw('docker', name, START_ENGINE),
    ask('node', name, {
      type: 'give-up',
      why: 'node.deleted',
      words: 'VmNotFound: the VM was deleted',
      facts: [stamp.seq],
    }),
  ],
  'vm.GuestReached': ({ event, name, world }) =>
    event.phase === 'network' ? fillTrust(name, world) : NOTHING,
  'vm.Addressed': ({ name, world }) => {
    const node = nodeOf(world, name);
    if (node?.spec === undefined) return NOTHING;
    const preloaded = world.state('catalog', 'photon')?.images.get(node.spec.image)?.preloaded ?? [];
    const after = node.spec.address < 0 ? ADDRESS_LOOP : PING_GATEWAY;
    const sends = [
      ...configureEngine(world, name, node.spec.image),
      ask('docker', name, { type: 'start', preloaded }, after, START_ENGINE),
    ];
    sends.push(...syncClock(world, name, node.spec.image));
    if (node.stage === 'VERIFY_VM') sends.push(observe(name, true));
    return sends;
  },
  'vm.AddressLost': ({ name, world }) =>
    nodeOf(world, name)?.stage === 'VERIFY_VM' ? [observe(name, false)] : NOTHING,
  'node.DeadlineReached': ({ event, name, stamp, world }) => {
    const reason = event.stage === 'VERIFY_VM' ? whyNoAddress(world, name) : whyNotServing(world, name);
    return [
      ask('node', name, {
        type: 'give-up',
        ...reason,
        facts: [...reason.facts.filter((seq) => seq >= 0 && seq < stamp.seq)],
      }),
    ];
  },
});
