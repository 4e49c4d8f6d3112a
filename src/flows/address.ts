/** A machine gets its address: set by hand or leased. The messages between client, server and segment go through here. */
import { MILLISECOND, type Micros, SECOND } from '../base/units.ts';
import { NOTHING, type Send } from '../kernel/model.ts';
import { ask, defineFlow, type Sight } from './flow.ts';

/** One way of a DHCP message, the server's own delay included: the middle of what dnsmasq, ISC and Kea took (facts/dhcp.md section 5). */
const MESSAGE: Micros = 500;
/** A used address answers the server's echo at once; a free one is waited for (dnsmasq, facts/dhcp.md 7.1). */
const PROBE_SILENCE: Micros = 3 * SECOND;

/** The holder's name of a VM on a segment. */
const HOLDER = 'vm/';

/** Servers that hear a broadcast on a segment. A server that is off or stopped hears nothing. */
const serversOn = (world: Sight, segment: string): string[] =>
  [...world.each('dhcp')]
    .filter(([, scope]) => scope.segment === segment && scope.enabled)
    .map(([name]) => name);

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
    if (spec.address < 0) return [ask('dhcp-client', name, { type: 'start', segment: spec.network })];
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
  'dhcp-client.Discovering': ({ event, name, world }) =>
    serversOn(world, event.segment).map((server) =>
      ask('dhcp', server, { type: 'discover', client: name }, MESSAGE),
    ),
  'dhcp.Checking': ({ event, name, world }) => {
    const segment = world.state('dhcp', name)?.segment ?? '';
    return [
      ask('segment', segment, { type: 'probe', address: event.address, asker: name, client: event.client }),
    ];
  },
  'segment.Probed': ({ event }) => {
    const { client, address: probed, used } = event;
    return [
      ask(
        'dhcp',
        event.asker,
        { type: 'probed', client, address: probed, used },
        used ? MILLISECOND : PROBE_SILENCE,
      ),
    ];
  },
  'dhcp.Offered': ({ event, name }) => [
    ask('dhcp-client', event.client, { type: 'offer', server: name, address: event.address }, MESSAGE),
  ],
  'dhcp-client.Requesting': ({ event, name }) => [
    ask('dhcp', event.server, { type: 'request', client: name, address: event.address }, MESSAGE),
  ],
  'dhcp-client.Renewing': ({ event, name }) => [
    ask('dhcp', event.server, { type: 'request', client: name, address: event.address }, MESSAGE),
  ],
  'dhcp-client.Rebinding': ({ event, name, world }) =>
    serversOn(world, event.segment).map((server) =>
      ask('dhcp', server, { type: 'request', client: name, address: event.address }, MESSAGE),
    ),
  'dhcp.Granted': ({ event, name }) => [
    ask(
      'dhcp-client',
      event.client,
      { type: 'ack', server: name, address: event.address, until: event.until },
      MESSAGE,
    ),
  ],
  'dhcp.Refused': ({ event, name }) => [
    ask('dhcp-client', event.client, { type: 'nak', server: name }, MESSAGE),
  ],
  'dhcp-client.Bound': ({ event, name, world }) => [
    ask('segment', event.segment, {
      type: 'claim',
      address: event.address,
      holder: HOLDER + name,
      how: 'lease',
      facts: [world.state('dhcp', event.server)?.switchedSeq ?? -1],
    }),
    ask('vm', name, { type: 'addressed', address: event.address }),
  ],
  'dhcp-client.Expired': ({ event, name }) => [
    ask('segment', event.segment, { type: 'release', address: event.address, holder: HOLDER + name }),
    ask('vm', name, { type: 'unaddressed' }),
  ],
  'dhcp-client.Refused': ({ event, name }) => [
    ask('segment', event.segment, { type: 'release', address: event.address, holder: HOLDER + name }),
    ask('vm', name, { type: 'unaddressed' }),
  ],
  'dhcp-client.Stopped': ({ event, name }) =>
    event.server === '' ? NOTHING : [ask('dhcp', event.server, { type: 'release', client: name }, MESSAGE)],
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
