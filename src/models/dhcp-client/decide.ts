import type { DhcpReply } from '../../base/dhcp.ts';
import { macOf } from '../../base/dhcp.ts';
import type { Micros } from '../../base/units.ts';
import { type Context, type Model, NOTHING } from '../../kernel/model.ts';
import { announcing, checkOn, conflict, localOn } from './check.ts';
import { type Client, type Events, newXid, secsSince } from './common.ts';
import {
  type ClientStart,
  type DhcpClientCommand,
  type DhcpClientEvent,
  dhcpClientEvents,
} from './events.ts';
import { ended, expired, HOLDING, rebinding, renewing, renewOn, USING } from './keep.ts';
import type { ClientProfile } from './profile.ts';
import { react } from './react.ts';
import { begin, informOn, rebootOn, requesting, requestOn, searchOn } from './search.ts';
import { type DhcpClient, emptyClient, evolve, profileOf } from './state.ts';
import { dhcpClientUpcasts, dhcpClientVersions } from './upcasts.ts';
import { draw, timesOf } from './waits.ts';

// ---- answers ---------------------------------------------------------------------------------------------

function given(client: Client, reply: DhcpReply, since: Micros, context: Context) {
  const profile = profileOf(client);
  const keeps = client.phase === 'rebinding' && !profile.followsServer;
  return {
    server: keeps ? client.server : reply.server,
    serverId: keeps ? client.serverId : reply.serverId,
    address: reply.yiaddr,
    ...timesOf(reply, since, profile, context),
  };
}

/** A new lease: used at once, or looked at before. */
function leased(client: Client, reply: DhcpReply, context: Context): Events {
  const { check } = profileOf(client);
  const { segment } = client;
  const lease = given(client, reply, context.at, context);
  if (check === null) return [{ type: 'Bound', segment, ...lease }];
  return [{ type: 'Leased', segment, ...lease, wait: draw(check.first, context, 'probe') }];
}

function acknowledged(client: Client, reply: DhcpReply, context: Context): Events {
  const profile = profileOf(client);
  switch (client.phase) {
    case 'waiting':
      // After the first NAK the next DISCOVER follows at once.
      return profile.takesAckAfterNak && client.naks > 1 ? leased(client, reply, context) : NOTHING;
    case 'requesting':
    case 'rebooting':
      return leased(client, reply, context);
    case 'renewing':
    case 'rebinding': {
      const renewed: DhcpClientEvent = { type: 'Renewed', ...given(client, reply, context.at, context) };
      return profile.check !== null && profile.check.announcements > 0
        ? [renewed, announcing(client, reply.yiaddr, 1)]
        : [renewed];
    }
    case 'informing': {
      const { server, serverId } = reply;
      return [{ type: 'Informed', server, serverId, address: profile.informs }];
    }
    default:
      return NOTHING;
  }
}

const AWAITING: readonly DhcpClient['phase'][] = ['requesting', 'rebooting', 'renewing', 'rebinding'];

function refused(client: Client, reply: DhcpReply): Events {
  const profile = profileOf(client);
  if (!AWAITING.includes(client.phase)) return NOTHING;
  if (profile.nakFromOwn && reply.serverId !== client.serverId) return NOTHING;
  if (profile.nakNeedsLease && client.phase === 'requesting' && client.wish === 0) return NOTHING;
  const wait = profile.nakWaits[Math.min(client.naks, profile.nakWaits.length - 1)] as Micros;
  return [{ type: 'Refused', segment: client.segment, server: reply.server, address: client.address, wait }];
}

function hear(client: Client, reply: DhcpReply, context: Context): Events {
  if (reply.xid !== client.xid) return NOTHING;
  if (reply.to === 0 && client.phase === 'renewing' && !profileOf(client).hearsAllRenewing) return NOTHING;
  if (reply.kind === 'ACK') return acknowledged(client, reply, context);
  if (reply.kind === 'NAK') return refused(client, reply);
  // The first offer is taken; later ones are not waited for (section 2).
  const { discover } = profileOf(client);
  const inPause =
    discover.kind === 'rounds' &&
    client.attempt % discover.tries === 0 &&
    context.at > client.exchangeAt + offset(client, discover);
  return client.phase === 'selecting' && !inPause ? [requesting(client, 1, reply, context)] : NOTHING;
}

/** From the first DISCOVER of a search to the end of the tries of its current round. */
const offset = (
  { attempt }: Client,
  { tries, every, pause }: Extract<ClientProfile['discover'], { kind: 'rounds' }>,
): Micros => attempt * every + (attempt / tries - 1) * pause;

// ---- coming and going --------------------------------------------------------------------------------------

const clientIdOf = (mac: string, { clientId }: ClientProfile): string => {
  const bare = mac.replaceAll(':', '');
  if (clientId === 'none') return '';
  // RFC 4361 section 6.1 with a DUID of systemd (type 2, enterprise 43793); the part of the machine id is made of the address.
  return clientId === 'mac' ? `01${bare}` : `ff${bare.slice(4)}00020000ab11${bare}0000`;
};

function started(client: Client, command: ClientStart, context: Context): Events {
  if (client.phase !== 'off') return NOTHING;
  const { segment, program, holder, settings } = command;
  const mac = command.mac === '' ? macOf(context.name) : command.mac;
  const profile = profileOf({ program, settings });
  const wait = draw(profile.starts, context, 'start');
  return [
    { type: 'Started', segment, program, holder, mac, settings, clientId: clientIdOf(mac, profile), wait },
  ];
}

function stopped(client: Client, releases: boolean, context: Context): Events {
  if (client.phase === 'off') return NOTHING;
  const profile = profileOf(client);
  const { segment, server, address } = client;
  const released = releases && HOLDING.includes(client.phase) && address > 0;
  return [
    {
      type: 'Stopped',
      segment,
      server,
      address,
      serverId: profile.namesServer ? client.serverId : 0,
      xid: released && profile.ownXid.includes('release') ? newXid(context) : client.xid,
      secs: profile.keepsSecs.includes('release') ? secsSince(client.secsFrom, profile, context.at) : 0,
      released,
      forgets: profile.forgetsOnStop,
    },
  ];
}

/** What comes next when the time for it has come. */
function step(client: Client, context: Context): Events {
  switch (client.phase) {
    case 'waiting':
      return begin(client, context);
    case 'selecting':
      return searchOn(client, context);
    case 'requesting':
      return requestOn(client, context);
    case 'rebooting':
      return rebootOn(client, context);
    case 'informing':
      return informOn(client, context);
    case 'checking':
      return checkOn(client, context);
    case 'renewing':
    case 'rebinding':
      return renewOn(client, context);
    default:
      return NOTHING;
  }
}

function decide(command: DhcpClientCommand, client: Client, context: Context): Events {
  const { phase } = client;
  const profile = profileOf(client);
  switch (command.type) {
    case 'start':
      return started(client, command, context);
    case 'hear':
      return hear(client, command.reply, context);
    case 'conflict':
      return conflict(client, command.address, context);
    case 'challenged':
      return profile.defends && phase === 'bound' && client.address === command.address
        ? [announcing(client, command.address, 0)]
        : NOTHING;
    case 'carrier':
      if (profile.carrier === null || phase === 'off' || (phase === 'no carrier') !== command.up)
        return NOTHING;
      return [
        command.up
          ? { type: 'CarrierFound', wait: draw(profile.carrier, context, 'start') }
          : { type: 'CarrierLost' },
      ];
    case 'step':
      return step(client, context);
    case 'local':
      return localOn(client, context);
    case 'announce':
      return phase === 'bound' && profile.check !== null && client.announced < profile.check.announcements
        ? [announcing(client, client.address, client.announced + 1)]
        : NOTHING;
    case 'renew':
      return phase === 'bound' ? [renewing(client, 1, context)] : NOTHING;
    case 'rebind':
      return phase === 'bound' || phase === 'renewing' ? [rebinding(client, 1, context)] : NOTHING;
    case 'expire':
      return HOLDING.includes(phase) && context.at >= client.until ? ended(client) : NOTHING;
    case 'patience':
      return USING.includes(phase) || phase === 'off' ? NOTHING : [{ type: 'PatienceOver' }];
    case 'expired':
      return expired(client, command.words, [client.lastSeq, ...command.facts], context);
    case 'unaddressed': {
      const { words, facts } = command;
      return [{ type: 'Unaddressed', segment: client.segment, why: 'address.none', words, facts }];
    }
    case 'halt':
      return phase === 'off' ? NOTHING : [{ type: 'Halted' }];
    case 'stop':
      return stopped(client, profile.releases, context);
    case 'release':
      return stopped(client, true, context);
  }
}

export const dhcpClient: Model<DhcpClient, DhcpClientCommand, DhcpClientEvent> = {
  name: 'dhcp-client',
  versions: dhcpClientVersions,
  upcasts: dhcpClientUpcasts,
  events: dhcpClientEvents,
  initial: emptyClient,
  decide,
  evolve,
  react,
};
