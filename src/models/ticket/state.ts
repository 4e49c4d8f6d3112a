import type { Stamp } from '../../kernel/model.ts';
import type { TicketEvent } from './events.ts';

export interface Ticket {
  parent: string;
  limits: Map<string, number>;
  usage: Map<string, number>;
  peak: Map<string, number>;
  /** Who holds what, so that giving back is exact. */
  holders: Map<string, { keys: readonly string[]; amounts: readonly number[] }>;
  declaredSeq: number;
  /** The last event that changed the use. */
  usedSeq: number;
}

export const emptyTicket = (): Ticket => ({
  parent: '',
  limits: new Map(),
  usage: new Map(),
  peak: new Map(),
  holders: new Map(),
  declaredSeq: -1,
  usedSeq: -1,
});

function add(ticket: Ticket, keys: readonly string[], amounts: readonly number[], sign: 1 | -1): void {
  keys.forEach((key, i) => {
    const usage = (ticket.usage.get(key) ?? 0) + sign * (amounts[i] as number);
    ticket.usage.set(key, usage);
    ticket.peak.set(key, Math.max(ticket.peak.get(key) ?? 0, usage));
  });
}

export function evolve(ticket: Ticket, event: TicketEvent, { seq }: Stamp): void {
  switch (event.type) {
    case 'Declared':
      ticket.parent = event.parent;
      ticket.limits = new Map(event.keys.map((key, i) => [key, event.limits[i] as number]));
      ticket.declaredSeq = seq;
      return;
    case 'Consumed': {
      const { keys, amounts } = event;
      add(ticket, keys, amounts, 1);
      ticket.holders.set(event.holder, { keys, amounts });
      ticket.usedSeq = seq;
      return;
    }
    case 'Returned': {
      const held = ticket.holders.get(event.holder);
      if (held === undefined) return;
      add(ticket, held.keys, held.amounts, -1);
      ticket.holders.delete(event.holder);
      ticket.usedSeq = seq;
      return;
    }
    case 'Refused':
      return;
  }
}
