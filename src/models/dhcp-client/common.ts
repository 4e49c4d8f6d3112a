/** What every part of a client's decisions is made with. */
import { type Micros, SECOND } from '../../base/units.ts';
import type { Context } from '../../kernel/model.ts';
import type { DhcpClientEvent } from './events.ts';
import type { ClientProfile } from './profile.ts';
import type { DhcpClient } from './state.ts';

export type Client = Readonly<DhcpClient>;
export type Events = readonly DhcpClientEvent[];

/** A transaction number. */
export const newXid = (context: Context): number => Math.floor(context.draw('xid') * 0x1_0000_0000);

/** Seconds since the exchange began, as a message says them. */
export const secsSince = (from: Micros, { leastSecs }: ClientProfile, at: Micros): number =>
  Math.min(0xffff, Math.max(leastSecs, Math.floor((at - from) / SECOND)));
