import { formatIpv4 } from '../../base/ipv4.ts';
import { SECOND } from '../../base/units.ts';
import { type Context, type Model, NEVER, NOTHING, type Send, type Stamp } from '../../kernel/model.ts';
import { type SegmentCommand, type SegmentEvent, segmentEvents } from './events.ts';
import { type Claim, emptySegment, evolve, type Segment } from './state.ts';

/**
 * How long an entry of a neighbour table is trusted before it is asked for again: 0.5 to 1.5 times 30 s, drawn each time (RFC 4861 10,
 * REACHABLE_TIME and its random factors; Linux does the same for IPv4, arp(7) base_reachable_time).
 */
const TRUSTED = [15 * SECOND, 45 * SECOND] as const;

function claim(
  command: Extract<SegmentCommand, { type: 'claim' }>,
  segment: Readonly<Segment>,
  context: Context,
): readonly SegmentEvent[] {
  const { address, holder } = command;
  const others = segment.claims.get(address) ?? NOTHING;
  if (others.some((other) => other.holder === holder)) return NOTHING;
  const claimed: SegmentEvent = { ...command, type: 'Claimed' };
  const answering = others.filter((other) => !segment.down.has(other.holder));
  if (answering.length === 0 || segment.down.has(holder)) return [claimed];
  return [claimed, ...duplicated(address, [...answering, { holder, seq: context.next }], context)];
}

type Using = Pick<Claim, 'holder' | 'seq'>;

/** Frames for an address go to another of its holders for a while. */
function flapped(address: number, holder: string, lost: string, context: Context): SegmentEvent {
  const [least, most] = TRUSTED;
  const lasts = Math.round(least + context.draw('arp') * (most - least));
  return { type: 'Flapped', address, holder, lost, lasts };
}

/** Several machines answer for one address: the last one has the last word, until another is heard. */
function duplicated(address: number, claims: readonly Using[], context: Context): readonly SegmentEvent[] {
  const holders = claims.map(({ holder }) => holder);
  const words = `${formatIpv4(address)} is used by ${holders.join(' and ')}`;
  const facts = claims.map(({ seq }) => seq);
  const [last = '', before = ''] = holders.toReversed();
  return [
    { type: 'Duplicated', address, holders, why: 'address.duplicate', words, facts },
    flapped(address, last, before, context),
  ];
}

/** One of several is gone from an address. */
function resolved(
  address: number,
  gone: string,
  left: readonly Using[],
  segment: Readonly<Segment>,
  context: Context,
): readonly SegmentEvent[] {
  const duplicate = segment.duplicates.get(address);
  const last = left.at(-1);
  if (last === undefined || duplicate === undefined) return NOTHING;
  if (left.length === 1) return [{ type: 'Resolved', address, holder: last.holder }];
  return duplicate.reached === gone ? [flapped(address, last.holder, gone, context)] : NOTHING;
}

/** The next of the holders that are up is heard. */
function flap(address: number, segment: Readonly<Segment>, context: Context): readonly SegmentEvent[] {
  const reached = segment.duplicates.get(address)?.reached;
  if (reached === undefined) return NOTHING;
  const up = (segment.claims.get(address) ?? NOTHING)
    .map(({ holder }) => holder)
    .filter((holder) => !segment.down.has(holder));
  const next = up[(up.indexOf(reached) + 1) % up.length] as string;
  return [flapped(address, next, reached, context)];
}

function release(
  address: number,
  holder: string,
  segment: Readonly<Segment>,
  context: Context,
): readonly SegmentEvent[] {
  const claims = segment.claims.get(address) ?? NOTHING;
  if (!claims.some((other) => other.holder === holder)) return NOTHING;
  const left = claims.filter((other) => other.holder !== holder && !segment.down.has(other.holder));
  return [{ type: 'Released', address, holder }, ...resolved(address, holder, left, segment, context)];
}

/** A station comes or goes, and with it what it answers for. */
function port(
  station: string,
  up: boolean,
  segment: Readonly<Segment>,
  context: Context,
): readonly SegmentEvent[] {
  if (segment.down.has(station) !== up) return NOTHING;
  const turned: SegmentEvent = { type: up ? 'PortUp' : 'PortDown', station };
  const consequences = [...segment.claims].flatMap(([address, claims]): readonly SegmentEvent[] => {
    const own = claims.filter(({ holder }) => holder === station);
    const others = claims.filter(({ holder }) => holder !== station && !segment.down.has(holder));
    if (own.length === 0 || others.length === 0) return NOTHING;
    return up
      ? duplicated(address, [...others, ...own], context)
      : resolved(address, station, others, segment, context);
  });
  return [turned, ...consequences];
}

/** Whether somebody would answer for an address: another machine than the client that asks, or the very server that asks. */
function isAnswered(segment: Readonly<Segment>, address: number, asker: string): boolean {
  const holders = segment.claims.get(address) ?? NOTHING;
  const isServer = asker.startsWith('dhcp/');
  return holders.some(({ holder }) => (isServer || holder !== asker) && !segment.down.has(holder));
}

function decide(
  command: SegmentCommand,
  segment: Readonly<Segment>,
  context: Context,
): readonly SegmentEvent[] {
  switch (command.type) {
    case 'declare':
      return [{ ...command, type: 'Declared' }];
    case 'claim':
      return claim(command, segment, context);
    case 'release':
      return release(command.address, command.holder, segment, context);
    case 'attach':
      return [{ ...command, type: 'Attached' }];
    case 'port':
      return port(command.station, command.up, segment, context);
    case 'flap':
      return flap(command.address, segment, context);
    case 'announce':
      return [{ ...command, type: 'Announced' }];
    case 'probe': {
      const { address, asker, client } = command;
      const used = isAnswered(segment, address, asker);
      return [{ type: 'Probed', address, asker, client, used }];
    }
  }
}

function react(
  event: SegmentEvent,
  _segment: Readonly<Segment>,
  { entity: to }: Stamp,
): readonly Send<SegmentCommand>[] {
  if (event.type !== 'Flapped' && event.type !== 'Resolved') return NOTHING;
  const { address } = event;
  const after = event.type === 'Flapped' ? event.lasts : NEVER;
  return [{ to, after, command: { type: 'flap', address }, key: `arp ${address}` }];
}

export const segment: Model<Segment, SegmentCommand, SegmentEvent> = {
  name: 'segment',
  events: segmentEvents,
  initial: emptySegment,
  decide,
  evolve,
  react,
};
