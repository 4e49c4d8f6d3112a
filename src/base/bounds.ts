/** Every upper bound of a run in one place. Each is far above honest use; reaching one means something is wrong, and it is named. */

export interface Bounds {
  /** More events than this at one instant means that models answer each other for ever. */
  readonly eventsPerInstant: number;
  /** More commands waiting than this means that something asks faster than it is served. */
  readonly pending: number;
  /** More entities than this means that something makes them in a loop. */
  readonly entities: number;
  /** More events than this in one run; a log of them is tens of gigabytes. */
  readonly events: number;
}

export const BOUNDS: Bounds = {
  eventsPerInstant: 1_000_000,
  pending: 50_000_000,
  entities: 10_000_000,
  events: 2_000_000_000,
};
