/** Whole-number quantities and how people write them. */

/** Whole microseconds: an instant since the start of the run, or a duration. 2^53 of them are 285 years. */
export type Micros = number;
/** Whole bytes. */
export type Bytes = number;
/** Whole bits per second. */
export type BitsPerSecond = number;

export const MILLISECOND: Micros = 1_000;
export const SECOND: Micros = 1_000_000;
export const MINUTE: Micros = 60 * SECOND;
export const HOUR: Micros = 60 * MINUTE;
export const DAY: Micros = 24 * HOUR;

/**
 * Before every instant. Fields that hold instants begin with it, also where 0 is put into them at once: from a first value that is no small
 * whole number V8 learns that the field holds doubles, and what it compiled before stays valid when instants pass 2^31 µs, at 36 minutes.
 */
export const LONG_AGO: Micros = Number.NEGATIVE_INFINITY;

export const KIB: Bytes = 1024;
export const MIB: Bytes = 1024 * KIB;
export const GIB: Bytes = 1024 * MIB;
export const TIB: Bytes = 1024 * GIB;

/** A quantity read from text, or why it could not be read and what to write instead. */
export type Quantity = { readonly ok: true; readonly value: number } | Refusal;

/** Why a text is not a quantity, and what to write instead. */
export interface Refusal {
  readonly ok: false;
  readonly message: string;
  readonly help: string;
}

type Scales = ReadonlyMap<string, number>;

const DURATIONS: Scales = new Map([
  ['d', DAY],
  ['h', HOUR],
  ['m', MINUTE],
  ['s', SECOND],
  ['ms', MILLISECOND],
  ['us', 1],
]);

const SIZES: Scales = new Map([
  ['PiB', 1024 * TIB],
  ['PB', 1e15],
  ['TiB', TIB],
  ['TB', 1e12],
  ['GiB', GIB],
  ['GB', 1e9],
  ['MiB', MIB],
  ['MB', 1e6],
  ['KiB', KIB],
  ['kB', 1e3],
  ['B', 1],
]);

const BIT_RATES: Scales = new Map([
  ['Tbps', 1e12],
  ['Gbps', 1e9],
  ['Mbps', 1e6],
  ['kbps', 1e3],
  ['bps', 1],
]);

const DURATION_HELP = 'write a number with a unit: 90s, 5m, 1h30m, 250ms (d h m s ms us)';
const SIZE_HELP =
  'write a number with a unit: 128GiB, 150MB (kB MB GB TB count in 1000s, KiB MiB GiB TiB in 1024s)';
const RATE_HELP = 'write a number with a unit: 200Mbps, 10Gbps (bits), or 800MB/s (bytes)';

/** Digits before the decimal point, digits after it, unit. Bounded, so that no text makes it slow. */
const PART = /(\d{1,17})(?:\.(\d{1,9}))?([a-zA-Zµμ/]{0,12})/y;
const FRACTION = 1_000_000_000n;

/** Reads `90s`, `1h30m`, `250ms`, `1.5h`. A sign is refused unless `negative` is allowed. */
export function parseDuration(text: string, options: { readonly negative?: boolean } = {}): Quantity {
  const minus = text.startsWith('-');
  if (minus && !options.negative)
    return refuse(`\`${clip(text)}\` is negative`, 'write a duration of zero or more');
  const parts = split(minus ? text.slice(1) : text);
  if (parts === undefined) return refuse(`\`${clip(text)}\` is not a duration`, DURATION_HELP);
  let total = 0n;
  let previous = Number.POSITIVE_INFINITY;
  for (const part of parts) {
    const scale = DURATIONS.get(part.unit.replace(/^[µμ]s$/, 'us'));
    if (scale === undefined) return noUnit(text, part.unit, DURATIONS, DURATION_HELP);
    if (scale >= previous)
      return refuse(`\`${clip(text)}\` does not go from large units to small`, DURATION_HELP);
    previous = scale;
    total += part.billionths * BigInt(scale);
  }
  return whole(text, total, 1n, minus);
}

/** Reads `128GiB`, `150MB`. A unit that could be read both ways, such as `128G`, is refused. */
export function parseBytes(text: string): Quantity {
  const part = single(text);
  if (part === undefined) return refuse(`\`${clip(text)}\` is not a size`, SIZE_HELP);
  const scale = SIZES.get(part.unit);
  if (scale !== undefined) return whole(text, part.billionths * BigInt(scale), 1n, false);
  const letter = /^([kKmMgGtTpP])[bB]?$/.exec(part.unit)?.[1]?.toUpperCase();
  if (letter === undefined || (letter !== 'K' && /[bB]/.test(part.unit)))
    return noUnit(text, part.unit, SIZES, SIZE_HELP);
  const decimal = letter === 'K' ? 'kB' : `${letter}B`;
  const readings = [`${letter}iB`, decimal].map((unit) => `${part.digits}${unit}`);
  return refuse(
    `\`${clip(text)}\` could be read in two ways`,
    `write \`${readings[0]}\` (1024s) or \`${readings[1]}\` (1000s)`,
  );
}

/** Reads a rate as bits per second: `10Gbps`, or `25MB/s` which is 200Mbps. */
export function parseBitRate(text: string): Quantity {
  return parseRate(text, 8n, 1n);
}

/** Reads a rate as bytes per second: `800MB/s`, or `200Mbps` which is 25MB/s. */
export function parseByteRate(text: string): Quantity {
  return parseRate(text, 1n, 8n);
}

function parseRate(text: string, perByte: bigint, perBit: bigint): Quantity {
  const part = single(text);
  if (part === undefined) return refuse(`\`${clip(text)}\` is not a rate`, RATE_HELP);
  const bits = BIT_RATES.get(part.unit);
  if (bits !== undefined) return whole(text, part.billionths * BigInt(bits), perBit, false);
  const bytes = part.unit.endsWith('/s') ? SIZES.get(part.unit.slice(0, -2)) : undefined;
  if (bytes !== undefined) return whole(text, part.billionths * BigInt(bytes) * perByte, 1n, false);
  return noUnit(text, part.unit, BIT_RATES, RATE_HELP);
}

/** Reads `50%` as 0.5. */
export function parsePercent(text: string): Quantity {
  const match = /^(\d{1,9}(?:\.\d{1,9})?)%$/.exec(text);
  if (match === null)
    return refuse(`\`${clip(text)}\` is not a percentage`, 'write a number followed by %: 50%');
  return { ok: true, value: Number(match[1]) / 100 };
}

interface Part {
  readonly billionths: bigint;
  readonly digits: string;
  readonly unit: string;
}

function split(text: string): readonly Part[] | undefined {
  const parts: Part[] = [];
  PART.lastIndex = 0;
  while (PART.lastIndex < text.length) {
    const match = PART.exec(text);
    if (match === null || parts.length === DURATIONS.size) return undefined;
    const [, before = '0', after = '', unit = ''] = match;
    const billionths = BigInt(before) * FRACTION + BigInt(after.padEnd(9, '0'));
    parts.push({ billionths, digits: after === '' ? before : `${before}.${after}`, unit });
  }
  return parts.length === 0 ? undefined : parts;
}

function single(text: string): Part | undefined {
  const parts = split(text);
  return parts?.length === 1 ? parts[0] : undefined;
}

function whole(text: string, billionths: bigint, divisor: bigint, minus: boolean): Quantity {
  const unit = FRACTION * divisor;
  const value = Number((2n * billionths + unit) / (2n * unit));
  if (value > Number.MAX_SAFE_INTEGER)
    return refuse(`\`${clip(text)}\` is too large to count`, 'write a smaller number');
  return { ok: true, value: minus && value !== 0 ? -value : value };
}

function noUnit(text: string, unit: string, scales: Scales, help: string): Refusal {
  if (unit === '') return refuse(`\`${clip(text)}\` has no unit`, help);
  const wanted = unit.toLowerCase();
  const same = [...scales.keys()].find((name) => name.toLowerCase() === wanted);
  return refuse(
    `\`${unit}\` is not a unit here`,
    same === undefined ? help : `write \`${same}\` instead of \`${unit}\``,
  );
}

function refuse(message: string, help: string): Refusal {
  return { ok: false, message, help };
}

function clip(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

/** Writes a duration so that `parseDuration` reads the same number again: `1h30m`, `1.5s`, `-3h`. */
export function formatDuration(micros: Micros): string {
  if (micros < 0) return `-${formatDuration(-micros)}`;
  if (micros === 0) return '0s';
  if (micros < MILLISECOND) return `${micros}us`;
  if (micros < SECOND) return `${decimal(micros, MILLISECOND, 3)}ms`;
  let rest = micros;
  let text = '';
  for (const [unit, scale] of [
    ['d', DAY],
    ['h', HOUR],
    ['m', MINUTE],
  ] as const) {
    const count = Math.floor(rest / scale);
    rest -= count * scale;
    if (count > 0) text += `${count}${unit}`;
  }
  return rest > 0 ? `${text}${decimal(rest, SECOND, 6)}s` : text;
}

/** Writes an instant as `HH:MM:SS`, rounded down; hours go on counting after 24. */
export function formatClock(at: Micros, options: { readonly milliseconds?: boolean } = {}): string {
  const step = options.milliseconds ? MILLISECOND : SECOND;
  const floor = Math.floor(at / step) * step;
  const size = Math.abs(floor);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const clock = `${two(size / HOUR)}:${two((size % HOUR) / MINUTE)}:${two((size % MINUTE) / SECOND)}`;
  const tail = options.milliseconds ? `.${String((size % SECOND) / MILLISECOND).padStart(3, '0')}` : '';
  return `${floor < 0 ? '-' : ''}${clock}${tail}`;
}

/** Writes a size in the shortest way that `parseBytes` reads back exactly: `128GiB`, `150MB`, `123456789B`. */
export function formatBytes(bytes: Bytes): string {
  return shortest(bytes, SIZES, parseBytes);
}

/** Writes bits per second in the shortest way that `parseBitRate` reads back exactly: `10Gbps`. */
export function formatRate(rate: BitsPerSecond): string {
  return shortest(rate, BIT_RATES, parseBitRate);
}

/** Writes bytes per second so that `parseByteRate` reads the same number again: `800MB/s`. */
export function formatByteRate(rate: number): string {
  return `${formatBytes(rate)}/s`;
}

/** Writes a fraction as a percentage with at most `digits` decimals: `12.5%`. */
export function formatPercent(fraction: number, digits = 1): string {
  return `${Number((fraction * 100).toFixed(digits))}%`;
}

function shortest(value: number, scales: Scales, parse: (text: string) => Quantity): string {
  let best: string | undefined;
  for (const [unit, scale] of scales) {
    if (scale > value && scale > 1) continue;
    const text = `${Number((value / scale).toFixed(3))}${unit}`;
    const read = parse(text);
    if (read.ok && read.value === value && (best === undefined || text.length < best.length)) best = text;
  }
  return best ?? `${value}${[...scales.keys()].at(-1)}`;
}

function decimal(value: number, scale: number, digits: number): string {
  const before = Math.floor(value / scale);
  const after = String(Math.round(((value - before * scale) * 10 ** digits) / scale))
    .padStart(digits, '0')
    .replace(/0+$/, '');
  return after === '' ? String(before) : `${before}.${after}`;
}

/** The nearest whole number, halves upwards. `Math.round` takes a branch that is guessed wrong half of the time when numbers are drawn. */
export const nearest = (x: number): number => Math.floor(x + 0.5);
