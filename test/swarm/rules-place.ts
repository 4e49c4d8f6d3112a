/** Rules of what things take: quota, room on hosts, space on datastores, and that machines only run where something runs them. */
import type { Sight } from '../../src/flows/flow.ts';
import type { HostEvent } from '../../src/models/host/events.ts';
import type { Ticket } from '../../src/models/ticket/state.ts';
import type { VmEvent } from '../../src/models/vm/events.ts';
import type { Power } from '../../src/models/vm/state.ts';
import { all, type Finding, type Rule } from './rules.ts';

const VM = 'vm/';

function used(ticket: Readonly<Ticket>): Finding {
  const sums = new Map<string, number>();
  for (const { keys, amounts } of ticket.holders.values())
    keys.forEach((key, i) => {
      sums.set(key, (sums.get(key) ?? 0) + (amounts[i] as number));
    });
  for (const [key, usage] of ticket.usage) {
    const limit = ticket.limits.get(key);
    if (usage < 0) return `${key} is used ${usage} times`;
    if (usage !== (sums.get(key) ?? 0))
      return `${usage} of ${key} are used and ${sums.get(key) ?? 0} are held`;
    if (limit !== undefined && usage > limit) return `${usage} of ${key} are used and ${limit} is the limit`;
    if ((ticket.peak.get(key) ?? 0) < usage) return `${usage} of ${key} are used, more than ever were`;
  }
  return undefined;
}

const quota: Rule = {
  name: 'quota is kept',
  from: 'src/models/ticket/decide.ts: all or nothing, strictly greater fails (facts/photon-and-vdvs.md 1.2)',
  touches: ['ticket'],
  begin: () => ({ instant: ({ world }) => all(world.each('ticket'), (_, ticket) => used(ticket)) }),
};

/** Machines that were asked for and are not gone. */
const lives = (power: Power | undefined) => power !== undefined && power !== 'none' && power !== 'deleted';

function counted(world: Sight): Finding {
  const placed = world.state('scheduler', 'root')?.placed;
  const counts = new Map<string, string>();
  for (const [ticket, { holders }] of world.each('ticket'))
    for (const [holder, { keys, amounts }] of holders) {
      if (!holder.startsWith(VM)) continue;
      const name = holder.slice(VM.length);
      const vm = world.state('vm', name);
      if (!lives(vm?.power)) return `${ticket} counts ${name}, which is ${vm?.power ?? 'unknown'}`;
      if (vm?.spec?.ticket !== ticket) return `${ticket} counts ${name}, which ${vm?.spec?.ticket} pays for`;
      const of = (key: string) => amounts[keys.indexOf(key)];
      if (of('vm') !== 1 || of('vm.cpu') !== vm.spec.cpu || of('vm.memory') !== vm.spec.memory)
        return `${ticket} counts ${name} as something else than it is`;
      counts.set(name, ticket);
    }
  for (const [name, { cpu, memory }] of placed ?? []) {
    const vm = world.state('vm', name);
    if (!counts.has(name)) return `${name} (${vm?.power}) has a place and takes no quota`;
    if (cpu !== vm?.spec?.cpu || memory !== vm.spec.memory) return `${name} takes other room than it is`;
  }
  return all(world.each('vm'), (name, { power, host }) => {
    if (!lives(power) || host === '') return undefined;
    const place = placed?.get(name)?.host;
    return place === host ? undefined : `is on ${host} and has its place on ${place ?? 'none'}`;
  });
}

const counts: Rule = {
  name: 'what is counted is there',
  from: 'src/flows/place.ts: quota before placement, both until the VM is deleted (facts/photon-and-vdvs.md 1.2)',
  touches: ['ticket', 'scheduler', 'vm'],
  begin: () => ({ instant: ({ world }) => counted(world) }),
};

/** Shares and limits of src/models/scheduler/decide.ts, written down a second time. */
const [MANAGEMENT, OVERCOMMIT, FULL] = [0.25, 16, 0.95];

function rooms(world: Sight): Finding {
  const scheduler = world.state('scheduler', 'root');
  const placed = [...(scheduler?.placed.values() ?? [])];
  for (const [name, room] of scheduler?.rooms ?? []) {
    const roles = world.state('host', name)?.roles ?? [];
    const share = roles.includes('mgmt') ? MANAGEMENT : 0;
    const here = placed.filter(({ host }) => host === name);
    const cpu = here.reduce((sum, one) => sum + one.cpu, Math.ceil(room.cores * share));
    const memory = here.reduce((sum, one) => sum + one.memory, Math.ceil(room.memory * share));
    if (room.usedCpu !== cpu) return `${name} counts ${room.usedCpu} vCPUs and holds ${cpu}`;
    if (room.usedMemory !== memory) return `${name} counts ${room.usedMemory} bytes and holds ${memory}`;
    if (here.length === 0) continue;
    if (cpu > room.cores * OVERCOMMIT * FULL) return `${name} has ${cpu} vCPUs on ${room.cores} cores`;
    if (memory > room.memory * FULL) return `${name} has promised ${memory} of ${room.memory} bytes`;
  }
  return undefined;
}

const room: Rule = {
  name: 'hosts promise what they have',
  from: 'src/models/scheduler/decide.ts: CPU 16 times, memory once, 95 % (facts/photon-and-vdvs.md 4.2)',
  touches: ['scheduler', 'host'],
  begin: () => ({ instant: ({ world }) => rooms(world) }),
};

function offered(world: Sight): Finding {
  const known = world.state('scheduler', 'root')?.rooms;
  return all(world.each('host'), (name, { power, roles }) => {
    const takes = power === 'on' && roles.includes('cloud');
    if (takes === (known?.has(name) === true)) return undefined;
    return `is ${power} and the scheduler ${takes ? 'does not count' : 'counts'} on it`;
  });
}

const offers: Rule = {
  name: 'the scheduler knows which hosts are up',
  from: 'src/flows/power.ts; src/models/scheduler/decide.ts: cloud hosts only',
  touches: ['scheduler', 'host'],
  begin: () => ({ instant: ({ world }) => offered(world) }),
};

const RUNS: readonly Power[] = ['creating', 'stopped', 'started'];

function onHosts(world: Sight): Finding {
  return all(world.each('vm'), (_, { power, host }) => {
    if (!RUNS.includes(power) || (host === '' && power === 'creating')) return undefined;
    const state = world.state('host', host)?.power ?? 'absent';
    return state === 'on' ? undefined : `is ${power} on ${host}, which is ${state}`;
  });
}

const alive: Rule = {
  name: 'no machine outlives its host',
  from: 'src/flows/power.ts: a failed host takes every VM placed on it along, at once (docs/fidelity.md)',
  touches: ['vm', 'host'],
  begin: () => ({ instant: ({ world }) => onHosts(world) }),
};

function guests(world: Sight): Finding {
  const runs = (name: string) => world.state('vm', name)?.power === 'started';
  return (
    all(world.each('docker'), (name, { power, containers, images }) => {
      if (power === 'off') return containers.size > 0 ? 'is off and runs containers' : undefined;
      const spec = world.state('node', name)?.spec;
      if (!runs(name)) return `the container engine is ${power} on a machine that does not run`;
      const missing = spec?.images.find(
        (image, i) => containers.has(spec.containers[i] ?? '') && !images.has(image),
      );
      return missing === undefined ? undefined : `runs ${missing}, which is not there`;
    }) ??
    all(world.each('dhcp-client'), (name, { phase, holder }) => {
      if (phase === 'off' || holder.startsWith('machine/') || runs(name)) return undefined;
      return `the DHCP client is ${phase} on a machine that does not run`;
    })
  );
}

const inGuests: Rule = {
  name: 'what runs in a machine ends with it',
  from: 'src/flows/pull.ts, src/flows/address.ts: engine and client stop when a VM is lost or deleted',
  touches: ['vm', 'docker', 'dhcp-client'],
  begin: () => ({ instant: ({ world }) => guests(world) }),
};

const VM_STEPS: Readonly<Record<VmEvent['type'], readonly Power[]>> = {
  Requested: ['none', 'deleted'],
  Placed: ['creating'],
  DiskReady: ['creating'],
  Created: ['creating'],
  Failed: ['creating'],
  PoweredOn: ['stopped'],
  GuestReached: ['started'],
  Addressed: ['started'],
  AddressLost: ['started', 'deleting', 'lost'],
  Lost: ['creating', 'stopped', 'started'],
  Deleting: ['creating', 'stopped', 'started', 'error', 'lost'],
  Deleted: ['deleting'],
  ClockStepped: ['started'],
};
const HOST_STEPS: Readonly<Record<HostEvent['type'], readonly string[]>> = {
  Declared: ['off', 'booting', 'on', 'failed'],
  Booting: ['off', 'failed'],
  Up: ['off', 'booting', 'on'],
  Failed: ['booting', 'on'],
  ClockSet: ['off', 'booting', 'on', 'failed'],
};
const STEPS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  vm: VM_STEPS,
  host: HOST_STEPS,
};

/** Events of a life come in an order: nothing boots that was not made, nothing dies twice. */
const lifeOf: Rule = {
  name: 'lives take their steps in order',
  from: 'src/models/vm/state.ts (facts/photon-and-vdvs.md 4.4); src/models/host/decide.ts',
  begin() {
    const before = new Map<string, string>();
    return {
      event({ kind, entity, name, event }, { world }) {
        const model = kind.slice(0, kind.indexOf('.'));
        const steps = STEPS[model];
        if (steps === undefined) return undefined;
        const from = before.get(entity) ?? (model === 'vm' ? 'none' : 'off');
        before.set(entity, world.state(model as 'vm' | 'host', name)?.power ?? from);
        return steps[event.type]?.includes(from) === true
          ? undefined
          : `${event.type} came to ${entity}, which was ${from}`;
      },
    };
  },
};

function space(world: Sight, sizes: ReadonlyMap<string, number>): Finding {
  return all(world.each('datastore'), (name, { used: bytes, capacity, present, copying }) => {
    const images = [...present, ...copying.keys()];
    const sum = images.reduce((total, image) => total + (sizes.get(`${name} ${image}`) ?? 0), 0);
    if (new Set(images).size < images.length) return 'copies an image that it has';
    if (sum !== bytes) return `${bytes} bytes are used and ${sum} are there`;
    if (bytes > capacity) return `${bytes} bytes are used of ${capacity}`;
    for (const image of copying.keys())
      if (!world.state('fabric', 'net')?.transfers.has(`datastore/${name} ${image}`))
        return `waits for a copy of ${image} that nobody makes`;
    return undefined;
  });
}

const stores: Rule = {
  name: 'datastores hold what they have room for',
  from: 'src/models/datastore/decide.ts: an image is copied once, if it fits',
  touches: ['datastore', 'fabric'],
  begin() {
    const sizes = new Map<string, number>();
    return {
      event({ kind, name, event }) {
        if (kind === 'datastore.CopyStarted') sizes.set(`${name} ${event['image']}`, event['size'] as number);
        return undefined;
      },
      instant: ({ world }) => space(world, sizes),
    };
  },
};

export const PLACE_RULES: readonly Rule[] = [quota, counts, room, offers, alive, inGuests, lifeOf, stores];
