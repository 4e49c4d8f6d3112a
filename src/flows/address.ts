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

/** A machine leaves the network: its address is no longer answered for. */
function leave(world: Sight, name: string): Send[] {
  const vm = world.state('vm', name);
  const segment = vm?.spec?.network;
  if (vm === undefined || segment === undefined) return [];
  const sends: Send[] = [ask('dhcp-client', name, { type: 'stop' })];
  if (vm.address >= 0)
    sends.push(ask('segment', segment, { type: 'release', address: vm.address, holder: HOLDER + name }));
  return sends;
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
  'vm.Deleting': ({ name, world }) => leave(world, name),
  // A dead machine releases nothing: its lease runs out by itself.
  'vm.Lost': ({ name, world }) => {
    const vm = world.state('vm', name);
    const halted = ask('dhcp-client', name, { type: 'halt' });
    if (vm?.spec === undefined || vm.address < 0) return [halted];
    return [
      halted,
      ask('segment', vm.spec.network, { type: 'release', address: vm.address, holder: HOLDER + name }),
    ];
  },
});
