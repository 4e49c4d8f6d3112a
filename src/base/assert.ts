/** Our own mistakes: they stop the program. A user's mistake is an `Issue`, never one of these. */

/** A broken invariant of premortem itself. The command line turns it into exit code 1. */
export class Fault extends Error {
  override readonly name = 'Fault';
}

/** Stops with a `Fault` that names the invariant when it does not hold. */
export function assert(holds: unknown, invariant: string): asserts holds {
  if (!holds) throw new Fault(invariant);
}

/** For the branch of an exhaustive `switch` that the compiler has proved impossible. */
export function unreachable(value: never): never {
  throw new Fault(`unreachable: ${JSON.stringify(value)}`);
}
