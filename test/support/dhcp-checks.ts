/** For specs of servers that look whether an address is used. */
import type { DhcpCommand } from '../../src/models/dhcp/events.ts';
import type { Software } from '../../src/models/dhcp/profile.ts';
import { lan, type Serving, serving } from './dhcp.ts';

/** The time of a check is over, and nobody answered. */
export const checked = (n: number): DhcpCommand => ({ type: 'checked', address: lan(n) });

/** A server with one pool. */
export const pool = (software: Software, first: number, last: number, settings = {}): Serving =>
  serving(software, settings, { ranges: [lan(first), lan(last)] });
