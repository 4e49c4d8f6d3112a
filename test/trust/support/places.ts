/** What is killed, and where. */
import type { Size } from '../../support/crowd.ts';

/** Few events that fill some frames: what costs time here is not to be their number. */
export const SIZE: Size = { members: 60, asks: 600, talk: 100, until: 15e6 };

/** Where a process dies: after so many events, after so many bytes (also in the middle of a write), or before a call to the file system. */
export interface Death {
  readonly sort: 'events' | 'bytes' | 'calls';
  readonly count: number;
}
