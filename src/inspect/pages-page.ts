/** The form of a page of `explain`. */

/** One code explained. Every part is one paragraph of plain text; whoever prints it wraps the lines. */
export interface Page {
  readonly code: string;
  readonly title: string;
  /** What it means in the simulator. */
  readonly means: string;
  /** How it looks on real systems: the literal message, the product, the version. */
  readonly real: string;
  /** How to make it happen: a `--set` that can be pasted, or a small change to a file. */
  readonly rehearse: string;
  /** What to do about it, in the scenario and on the real system. */
  readonly fix: string;
}
