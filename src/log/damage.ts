/** What a log says that no writer would have written. Thrown while decoding, caught in `walk.ts`, never seen outside. */

/** Content that passed its checksums and still cannot be. The message is half a sentence about the frame. */
export class Damage extends Error {
  override readonly name = 'Damage';
}

/** Stops decoding unless the condition holds. */
export function expect(holds: unknown, otherwise: string): asserts holds {
  if (!holds) throw new Damage(otherwise);
}
