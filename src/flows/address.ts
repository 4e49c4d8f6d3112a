/** A machine gets its address, set by hand or leased, and loses it again. How it is leased is told in `dhcp.ts`. */
import { NOTHING, type Send } from '../kernel/model.ts';
import type { StateOf } from '../models/index.ts';
import { ask, defineFlow, type Sight } from './flow.ts';
import { whatKeepsAnswers, whyNoAddress } from './reasons.ts';

/** The holder's name of a VM on a segment. */
const HOLDER = 'vm/';

/** What every Photon OS machine runs. */
const NETWORKD = { program: 'networkd', mac: '', settings: {} } as const;

/** The address that a client used is free on its segment. */
const unclaim = (client: Readonly<StateOf<'dhcp-client'>> | undefined, address: number): Send[] =>
  client === undefined || address <= 0
    ? []
    : [ask('segment', client.segment, { type: 'release', address, holder: client.holder })];

/** A VM is told that it has no address any more. */
const unaddress = (holder: string): Send[] =>
  holder.startsWith(HOLDER) ? [ask('vm', holder.slice(HOLDER.length), { type: 'unaddressed' })] : [];

/**
 * A machine is no longer on the network: nothing answers for its address. The address may be claimed and not told to the machine yet, or
 * not even claimed yet: then `segment.Claimed` sees to it.
 */
function vacate(world: Sight, name: string): Send[] {
  const vm = world.state('vm', name);
  const spec = vm?.spec;
  if (vm === undefined || spec === undefined) return [];
  const coming = spec.address >= 0 ? spec.address : (world.state('dhcp-client', name)?.address ?? -1);
  const address = vm.address >= 0 ? vm.address : coming;
  return address < 0
    ? []
    : [ask('segment', spec.network, { type: 'release', address, holder: HOLDER + name })];
}

export const address = defineFlow('address', {
  'vm.GuestReached': ({ event, name, world }) => {
    const spec = world.state('vm', name)?.spec;
    if (event.phase !== 'network' || spec === undefined) return NOTHING;
    if (spec.address < 0) {
      const start = {
        type: 'start',
        segment: spec.network,
        holder: HOLDER + name,
        ...NETWORKD,
      } as const;
      return [ask('dhcp-client', name, start)];
    }
    return [
      ask('segment', spec.network, {
        type: 'claim',
        address: spec.address,
        holder: HOLDER + name,
        how: 'static',
        facts: [],
      }),
      ask('vm', name, { type: 'addressed', address: spec.address }),
    ];
  },
  'dhcp-client.Bound': ({ event, name, world }) => {
    const holder = world.state('dhcp-client', name)?.holder ?? HOLDER + name;
    const { segment, address } = event;
    const facts = [world.state('dhcp', event.server)?.switchedSeq ?? -1];
    const claim = ask('segment', segment, { type: 'claim', address, holder, how: 'lease', facts });
    return holder === HOLDER + name ? [claim, ask('vm', name, { type: 'addressed', address })] : [claim];
  },
  'dhcp-client.LeaseOver': ({ event, name, world }) => {
    const own = world.state('dhcp-client', name)?.address ?? -1;
    const shared = world.state('segment', event.segment)?.duplicates.get(own)?.seq;
    const facts = shared === undefined ? whatKeepsAnswers(world, event.segment) : [shared];
    return [ask('dhcp-client', name, { type: 'expired', words: event.words, facts })];
  },
  'dhcp-client.PatienceOver': ({ name, world }) => {
    const { words: _, facts } = whyNoAddress(world, name);
    return [ask('dhcp-client', name, { type: 'unaddressed', words: 'no address from DHCP', facts })];
  },
  // A client that looks for another address has given up the one that it could not confirm.
  'dhcp-client.Discovering': ({ name, world }) => {
    const former = world.state('dhcp-client', name)?.former ?? 0;
    return former === 0 ? NOTHING : lose(world, name, former);
  },
  'dhcp-client.Expired': ({ event, name, world }) => lose(world, name, event.address),
  'dhcp-client.Refused': ({ event, name, world }) => lose(world, name, event.address),
  'dhcp-client.Stopped': ({ event, name, world }) => unclaim(world.state('dhcp-client', name), event.address),
  'dhcp-client.Halted': ({ name, world }) => {
    const client = world.state('dhcp-client', name);
    return unclaim(client, client?.former ?? 0);
  },
  // The machine may have gone between the claim and its arrival.
  'segment.Claimed': ({ event, name, world }) => {
    const { address, holder } = event;
    if (!holder.startsWith(HOLDER)) return NOTHING;
    const power = world.state('vm', holder.slice(HOLDER.length))?.power;
    return power === 'started' ? NOTHING : [ask('segment', name, { type: 'release', address, holder })];
  },
  'vm.Deleting': ({ name, world }) => [ask('dhcp-client', name, { type: 'stop' }), ...vacate(world, name)],
  // A dead machine releases nothing: its lease runs out by itself.
  'vm.Lost': ({ name, world }) => [ask('dhcp-client', name, { type: 'halt' }), ...vacate(world, name)],
});

function lose(world: Sight, name: string, address: number): Send[] {
  const client = world.state('dhcp-client', name);
  return [...unclaim(client, address), ...unaddress(client?.holder ?? '')];
}
