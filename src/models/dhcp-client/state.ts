import type { Micros } from '../../base/units.ts';
import type { Stamp } from '../../kernel/model.ts';
import type { DhcpClientEvent } from './events.ts';

export interface DhcpClient {
  phase: 'off' | 'selecting' | 'requesting' | 'bound' | 'renewing' | 'rebinding';
  segment: string;
  server: string;
  /** IPv4 number, or -1. */
  address: number;
  boundAt: Micros;
  until: Micros;
  attempt: number;
  /** The last event of this client: what a wait for an address can point at. */
  lastSeq: number;
}

export const emptyClient = (): DhcpClient => ({
  phase: 'off',
  segment: '',
  server: '',
  address: -1,
  boundAt: 0,
  until: 0,
  attempt: 0,
  lastSeq: -1,
});

export function evolve(client: DhcpClient, event: DhcpClientEvent, { seq, at }: Stamp): void {
  client.lastSeq = seq;
  switch (event.type) {
    case 'Discovering':
      client.phase = 'selecting';
      client.segment = event.segment;
      client.attempt = event.attempt;
      client.address = -1;
      return;
    case 'Requesting':
      client.phase = 'requesting';
      client.server = event.server;
      client.address = event.address;
      client.attempt = event.attempt;
      return;
    case 'Bound':
    case 'Renewed':
      client.phase = 'bound';
      client.server = event.server;
      client.address = event.address;
      client.boundAt = at;
      client.until = event.until;
      return;
    case 'Renewing':
      client.phase = 'renewing';
      return;
    case 'Rebinding':
      client.phase = 'rebinding';
      return;
    case 'Refused':
    case 'Expired':
      client.phase = 'selecting';
      client.address = -1;
      return;
    case 'Stopped':
    case 'Halted':
      client.phase = 'off';
      client.address = -1;
      return;
  }
}
