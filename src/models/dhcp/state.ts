import type { Micros } from '../../base/units.ts';
import type { Stamp } from '../../kernel/model.ts';
import type { Check, DhcpEvent } from './events.ts';

export interface Lease {
  readonly address: number;
  readonly until: Micros;
}

export interface Scope {
  segment: string;
  enabled: boolean;
  first: number;
  last: number;
  lease: Micros;
  check: Check;
  /** Lowest address never given out. */
  fresh: number;
  /** Addresses whose use ended, longest ago first. */
  freed: Set<number>;
  /** Found in use by somebody else, not to be offered. */
  abandoned: Set<number>;
  leases: Map<string, Lease>;
  /** Offered and not yet requested; `checked` is false while the server looks for a user of the address. */
  offers: Map<string, { address: number; checked: boolean }>;
  /** What a client held last, so that it gets it back while it is free. */
  history: Map<string, number>;
  peak: number;
  switchedSeq: number;
  silentSeq: number;
}

export const emptyScope = (): Scope => ({
  segment: '',
  enabled: false,
  first: 0,
  last: -1,
  lease: 0,
  check: 'none',
  fresh: 0,
  freed: new Set(),
  abandoned: new Set(),
  leases: new Map(),
  offers: new Map(),
  history: new Map(),
  peak: 0,
  switchedSeq: -1,
  silentSeq: -1,
});

/** Takes an address out of what is free. */
function take(scope: Scope, address: number): void {
  scope.freed.delete(address);
  if (address === scope.fresh) scope.fresh += 1;
}

/** Gives an address back, behind those that were given back before. */
function give(scope: Scope, address: number): void {
  if (address >= scope.first && address <= scope.last && !scope.abandoned.has(address))
    scope.freed.add(address);
}

/** Forgets an offer. Its address is free again, unless the client holds it already. */
function lapse(scope: Scope, client: string): void {
  const address = scope.offers.get(client)?.address;
  scope.offers.delete(client);
  if (address !== undefined && scope.leases.get(client)?.address !== address) give(scope, address);
}

/** Forgets what a client had besides `address`, and frees it. */
function replace(scope: Scope, client: string, address: number): void {
  const had = [scope.leases.get(client)?.address, scope.offers.get(client)?.address];
  scope.offers.delete(client);
  for (const other of had) if (other !== undefined && other !== address) give(scope, other);
}

function configure(scope: Scope, event: Extract<DhcpEvent, { type: 'Configured' }>): void {
  const moved = scope.first !== event.first || scope.last !== event.last;
  scope.segment = event.segment;
  scope.enabled = event.enabled;
  scope.first = event.first;
  scope.last = event.last;
  scope.lease = event.lease;
  scope.check = event.check;
  if (!moved) return;
  const used = new Set(scope.abandoned);
  for (const { address } of scope.leases.values()) used.add(address);
  for (const { address } of scope.offers.values()) used.add(address);
  const inside = [...used].filter((address) => address >= event.first && address <= event.last);
  const top = inside.reduce((highest, address) => Math.max(highest, address), event.first - 1);
  scope.fresh = top + 1;
  scope.freed = new Set();
  for (let address = event.first; address <= top; address += 1)
    if (!used.has(address)) scope.freed.add(address);
}

export function evolve(scope: Scope, event: DhcpEvent, { seq }: Stamp): void {
  switch (event.type) {
    case 'Configured':
      configure(scope, event);
      scope.switchedSeq = seq;
      return;
    case 'Started':
    case 'Stopped':
      scope.enabled = event.type === 'Started';
      scope.switchedSeq = seq;
      for (const client of [...scope.offers.keys()]) lapse(scope, client);
      return;
    case 'Checking':
      take(scope, event.address);
      scope.offers.set(event.client, { address: event.address, checked: false });
      return;
    case 'Offered':
      take(scope, event.address);
      scope.offers.set(event.client, { address: event.address, checked: true });
      return;
    case 'Silent':
      scope.silentSeq = seq;
      return;
    case 'Granted':
      take(scope, event.address);
      replace(scope, event.client, event.address);
      scope.leases.set(event.client, { address: event.address, until: event.until });
      scope.history.delete(event.client);
      scope.peak = Math.max(scope.peak, scope.leases.size);
      return;
    case 'Refused':
      return;
    case 'Abandoned':
      scope.abandoned.add(event.address);
      scope.freed.delete(event.address);
      scope.offers.delete(event.client);
      return;
    case 'Expired':
    case 'Released':
      lapse(scope, event.client);
      scope.leases.delete(event.client);
      scope.history.set(event.client, event.address);
      give(scope, event.address);
      return;
    case 'OfferLapsed':
      lapse(scope, event.client);
      return;
  }
}
