/** How a field of an event is written in the log. The log spells these words out, so they are part of its format. */

/**
 * - `int`: a whole number of at most 2^53 either way; `real`: any finite number; `bool`; `text`: interned;
 * - `ints`, `texts`: lists of those;
 * - `seq`: the number of an earlier event, or -1; `seqs`: a list of such facts;
 * - `data`: plain data (objects, arrays, texts, numbers, booleans, null), for the commands that a scenario asks.
 */
export type Wire = 'int' | 'real' | 'bool' | 'text' | 'ints' | 'texts' | 'seq' | 'seqs' | 'data';

/** The wires that may carry a field of type `T`. */
export type WireOf<T> = [T] extends [boolean]
  ? 'bool'
  : [T] extends [number]
    ? 'int' | 'real' | 'seq'
    : [T] extends [string]
      ? 'text'
      : [T] extends [readonly number[]]
        ? 'ints' | 'seqs'
        : [T] extends [readonly string[]]
          ? 'texts'
          : 'data';

/** How each field of each event is written. An event or a field left out does not compile. */
export type Shapes<E extends { type: string }> = {
  readonly [K in E['type']]: {
    readonly [F in Exclude<keyof Extract<E, { type: K }>, 'type'>]-?: WireOf<Extract<E, { type: K }>[F]>;
  };
};
