/** Events with any values that a run could have put into their fields. */
import fc from 'fast-check';
import type { Wire } from '../../src/base/wire.ts';
import type { AnyEvent } from '../../src/kernel/model.ts';

/** No sums of bytes or microseconds are beyond this, so that a step may change the unit. */
const FAR = 2 ** 32;
const whole = fc.oneof(fc.integer({ min: -FAR, max: FAR }), fc.constantFrom(0, 1, -1, FAR, -FAR));
const words = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('', 'a', '__proto__', 'x'.repeat(300)),
);

const VALUES: Readonly<Record<Wire, (seq: number) => fc.Arbitrary<unknown>>> = {
  int: () => whole,
  real: () => fc.double({ noNaN: true, min: -FAR, max: FAR }),
  bool: () => fc.boolean(),
  text: () => words,
  ints: () => fc.array(whole),
  texts: () => fc.array(words),
  seq: (seq) => fc.integer({ min: -1, max: seq - 1 }),
  seqs: (seq) => fc.array(fc.integer({ min: -1, max: seq - 1 })),
  data: () =>
    fc.oneof(
      fc.constant(null),
      fc.dictionary(fc.string(), fc.integer(), { noNullPrototype: true }),
      fc.array(fc.boolean()),
    ),
};

/** Any event of these fields, as the event numbered `seq`. */
export function anyEvent(
  type: string,
  fields: readonly (readonly [name: string, wire: Wire])[],
  seq: number,
): fc.Arbitrary<AnyEvent> {
  return fc
    .tuple(...fields.map(([, wire]) => VALUES[wire](seq)))
    .map((values) => ({ type, ...Object.fromEntries(fields.map(([name], index) => [name, values[index]])) }));
}
