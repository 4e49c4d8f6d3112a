import { formatIpv4 } from '../../base/ipv4.ts';
import { type Context, type Model, NOTHING } from '../../kernel/model.ts';
import { type SegmentCommand, type SegmentEvent, segmentEvents } from './events.ts';
import { type Claim, emptySegment, evolve, type Segment } from './state.ts';

function claim(
  command: Extract<SegmentCommand, { type: 'claim' }>,
  segment: Readonly<Segment>,
  next: number,
): readonly SegmentEvent[] {
  const { address, holder } = command;
  const others = segment.claims.get(address) ?? NOTHING;
  if (others.some((other) => other.holder === holder)) return NOTHING;
  const claimed: SegmentEvent = { ...command, type: 'Claimed' };
  const answering = others.filter((other) => !segment.down.has(other.holder));
  if (answering.length === 0 || segment.down.has(holder)) return [claimed];
  return [claimed, duplicated(address, [...answering, { holder, seq: next }])];
}

type Using = Pick<Claim, 'holder' | 'seq'>;

/** Several machines answer for one address. */
function duplicated(address: number, claims: readonly Using[]): SegmentEvent {
  const holders = claims.map(({ holder }) => holder);
  const words = `${formatIpv4(address)} is used by ${holders.join(' and ')}`;
  return {
    type: 'Duplicated',
    address,
    holders,
    why: 'address.duplicate',
    words,
    facts: claims.map(({ seq }) => seq),
  };
}

/** One of several is gone from an address. */
function resolved(
  address: number,
  left: readonly Using[],
  segment: Readonly<Segment>,
): readonly SegmentEvent[] {
  const [only] = left;
  if (only === undefined || left.length > 1 || !segment.duplicates.has(address)) return NOTHING;
  return [{ type: 'Resolved', address, holder: only.holder }];
}

function release(address: number, holder: string, segment: Readonly<Segment>): readonly SegmentEvent[] {
  const claims = segment.claims.get(address) ?? NOTHING;
  if (!claims.some((other) => other.holder === holder)) return NOTHING;
  const left = claims.filter((other) => other.holder !== holder && !segment.down.has(other.holder));
  return [{ type: 'Released', address, holder }, ...resolved(address, left, segment)];
}

/** A station comes or goes, and with it what it answers for. */
function port(station: string, up: boolean, segment: Readonly<Segment>): readonly SegmentEvent[] {
  if (segment.down.has(station) !== up) return NOTHING;
  const turned: SegmentEvent = { type: up ? 'PortUp' : 'PortDown', station };
  const consequences = [...segment.claims].flatMap(([address, claims]): readonly SegmentEvent[] => {
    const own = claims.filter(({ holder }) => holder === station);
    const others = claims.filter(({ holder }) => holder !== station && !segment.down.has(holder));
    if (own.length === 0 || others.length === 0) return NOTHING;
    return up ? [duplicated(address, [...others, ...own])] : resolved(address, others, segment);
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
      return claim(command, segment, context.next);
    case 'release':
      return release(command.address, command.holder, segment);
    case 'attach':
      return [{ ...command, type: 'Attached' }];
    case 'port':
      return port(command.station, command.up, segment);
    case 'announce':
      return [{ ...command, type: 'Announced' }];
    case 'probe': {
      const { address, asker, client } = command;
      const used = isAnswered(segment, address, asker);
      return [{ type: 'Probed', address, asker, client, used }];
    }
  }
}

export const segment: Model<Segment, SegmentCommand, SegmentEvent> = {
  name: 'segment',
  events: segmentEvents,
  initial: emptySegment,
  decide,
  evolve,
  react: () => NOTHING,
};
