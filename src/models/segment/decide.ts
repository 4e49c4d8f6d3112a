import { formatIpv4 } from '../../base/ipv4.ts';
import { type Context, type Model, NOTHING } from '../../kernel/model.ts';
import { type SegmentCommand, type SegmentEvent, segmentEvents } from './events.ts';
import { emptySegment, evolve, type Segment } from './state.ts';

function claim(
  command: Extract<SegmentCommand, { type: 'claim' }>,
  segment: Readonly<Segment>,
  next: number,
): readonly SegmentEvent[] {
  const { address, holder } = command;
  const others = segment.claims.get(address) ?? NOTHING;
  if (others.some((other) => other.holder === holder)) return NOTHING;
  const claimed: SegmentEvent = { ...command, type: 'Claimed' };
  if (others.length === 0) return [claimed];
  const holders = [...others.map((other) => other.holder), holder];
  const words = `${formatIpv4(address)} is used by ${holders.join(' and ')}`;
  const facts = [...others.map((other) => other.seq), next];
  return [claimed, { type: 'Duplicated', address, holders, why: 'address.duplicate', words, facts }];
}

function release(address: number, holder: string, segment: Readonly<Segment>): readonly SegmentEvent[] {
  const claims = segment.claims.get(address) ?? NOTHING;
  if (!claims.some((other) => other.holder === holder)) return NOTHING;
  const released: SegmentEvent = { type: 'Released', address, holder };
  const left = claims.filter((other) => other.holder !== holder);
  if (left.length !== 1 || !segment.duplicates.has(address)) return [released];
  return [released, { type: 'Resolved', address, holder: left[0]?.holder ?? '' }];
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
    case 'probe': {
      const { address, asker, client } = command;
      return [
        {
          type: 'Probed',
          address,
          asker,
          client,
          used: segment.claims.has(address),
        },
      ];
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
