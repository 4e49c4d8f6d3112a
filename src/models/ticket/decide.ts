import { formatBytes } from '../../base/units.ts';
import { type Model, NOTHING } from '../../kernel/model.ts';
import { type TicketCommand, type TicketEvent, ticketEvents } from './events.ts';
import { emptyTicket, evolve, type Ticket } from './state.ts';

const amount = (key: string, value: number) =>
  key === 'vm.memory' || key.endsWith('.capacity') ? formatBytes(value) : `${value}`;

type Share = { readonly keys: readonly string[]; readonly amounts: readonly number[] };

const isSameShare = (a: Share, b: Share) =>
  a.keys.join() === b.keys.join() && a.amounts.join() === b.amounts.join();

/** All or nothing; who holds something already changes its share. Only limited keys are compared; strictly greater fails. */
function consume(
  command: Extract<TicketCommand, { type: 'consume' }>,
  ticket: Readonly<Ticket>,
): readonly TicketEvent[] {
  const { holder, keys, amounts } = command;
  const held = ticket.holders.get(holder);
  if (held !== undefined && isSameShare(held, { keys, amounts })) return NOTHING;
  const before: TicketEvent[] = held === undefined ? [] : [{ type: 'Returned', holder }];
  const own = new Map(held?.keys.map((key, i) => [key, held.amounts[i] as number]));
  for (const [i, key] of keys.entries()) {
    const limit = ticket.limits.get(key);
    const wanted = (ticket.usage.get(key) ?? 0) - (own.get(key) ?? 0) + (amounts[i] as number);
    if (limit === undefined || wanted <= limit) continue;
    const words = `QuotaError: ${key} limit ${amount(key, limit)}, would be ${amount(key, wanted)}`;
    const facts = ticket.usedSeq < 0 ? [ticket.declaredSeq] : [ticket.declaredSeq, ticket.usedSeq];
    return [{ type: 'Refused', holder, key, limit, wanted, why: 'quota.exceeded', words, facts }];
  }
  return [...before, { type: 'Consumed', holder, keys, amounts }];
}

function decide(command: TicketCommand, ticket: Readonly<Ticket>): readonly TicketEvent[] {
  switch (command.type) {
    case 'declare':
      return [{ ...command, type: 'Declared' }];
    case 'consume':
      return consume(command, ticket);
    case 'give-back':
      return ticket.holders.has(command.holder) ? [{ type: 'Returned', holder: command.holder }] : NOTHING;
  }
}

export const ticket: Model<Ticket, TicketCommand, TicketEvent> = {
  name: 'ticket',
  events: ticketEvents,
  initial: emptyTicket,
  decide,
  evolve,
  react: () => NOTHING,
};
