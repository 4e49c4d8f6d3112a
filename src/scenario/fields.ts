/** The kinds of value a scenario has, as zod schemas that read text into base units, each with its own documentation. */
import { z } from 'zod';
import {
  type Bytes,
  DAY,
  formatByteRate,
  formatBytes,
  formatDuration,
  formatRate,
  parseBitRate,
  parseByteRate,
  parseBytes,
  parseDuration,
  type Quantity,
} from '../base/units.ts';
import { parseAddress, parseCidr, parseScope, type Reading } from './address.ts';
import { parseInstant } from './instant.ts';
import { isImageName, isName } from './names.ts';

/** What editors, `explain` and issues say about a field. */
export interface Note {
  readonly description: string;
  readonly examples: readonly unknown[];
  /** What to call the value in a message: `a size such as 128GiB`. */
  readonly kind?: string;
  /** For values read from text: why the text is not one. */
  readonly refuse?: (text: string) => Reading<unknown>;
  /** Merged into the JSON Schema as it is. */
  readonly json?: Readonly<Record<string, unknown>>;
}

const notes = new WeakMap<object, Note>();

/** The documentation of a schema made here. */
export function noteOf(schema: object): Note | undefined {
  return notes.get(schema);
}

/** Attaches documentation to a schema and makes it optional: what must be there is checked after ranges are joined. */
export function field<T extends z.ZodType>(
  schema: T,
  description: string,
  ...examples: unknown[]
): z.ZodOptional<T> {
  note(schema, { ...notes.get(schema), description, examples });
  return schema.optional();
}

/** Adds words to the JSON Schema of a schema, such as `required`, that the reader itself checks elsewhere. */
export function withJson<T extends z.ZodType>(schema: T, json: Readonly<Record<string, unknown>>): T {
  return note(schema, { description: '', examples: [], ...notes.get(schema), json });
}

function note<T extends object>(schema: T, value: Note): T {
  notes.set(schema, value);
  return schema;
}

/** Text that a function reads into a value; what it refuses becomes an issue with its code and help. */
function reading<T>(kind: string, read: (text: string) => Reading<T>, pattern?: string) {
  const schema = z.string().transform((text, context): T => {
    const result = read(text);
    if (result.ok) return result.value;
    const params = { code: result.code, help: result.help };
    context.issues.push({ code: 'custom', message: result.message, input: text, params });
    return z.NEVER;
  });
  const json = pattern === undefined ? {} : { json: { pattern } };
  return note(schema, { description: '', examples: [], kind, refuse: read, ...json });
}

interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

function quantity(
  kind: string,
  parse: (text: string) => Quantity,
  format: (value: number) => string,
  bounds: Bounds,
  pattern: string,
) {
  const read = (text: string): Reading<number> => {
    const result = parse(text);
    if (!result.ok) return { ...result, code: 'value.unit' };
    const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = bounds;
    if (result.value >= min && result.value <= max) return result;
    const wrong = result.value < min ? `less than ${format(min)}` : `more than ${format(max)}`;
    const help = result.value < min ? `write at least ${format(min)}` : `write at most ${format(max)}`;
    return { ok: false, code: 'value.range', message: `this is ${wrong}`, help };
  };
  return reading(kind, read, pattern);
}

const CENTURY = 36_500 * DAY;
const NUMBER = '\\d+(\\.\\d+)?';
const SIZE_UNIT = '([kMGTP]B|[KMGTP]iB|B)';

/** A duration of zero or more; `signed` ones may be negative. */
export function duration(bounds: Bounds & { readonly signed?: boolean } = {}) {
  const { signed = false, min = signed ? -CENTURY : 0, max = CENTURY } = bounds;
  const parse = (text: string): Quantity => parseDuration(text, { negative: signed });
  const pattern = `^${signed ? '-?' : ''}(${NUMBER}(d|h|m|s|ms|us))+$`;
  return quantity('a duration such as 90s', parse, formatDuration, { min, max }, pattern);
}

/** A size of at least one byte. */
export function size(bounds: Bounds = { min: 1 satisfies Bytes }) {
  return quantity('a size such as 128GiB', parseBytes, formatBytes, bounds, `^${NUMBER}${SIZE_UNIT}$`);
}

/** Bits per second, at least one. */
export function bitRate() {
  const pattern = `^${NUMBER}([kMGT]?bps|${SIZE_UNIT}/s)$`;
  return quantity('a rate such as 10Gbps', parseBitRate, formatRate, { min: 1 }, pattern);
}

/** Bytes per second, at least one. */
export function byteRate() {
  const pattern = `^${NUMBER}([kMGT]?bps|${SIZE_UNIT}/s)$`;
  return quantity('a rate such as 800MB/s', parseByteRate, formatByteRate, { min: 1 }, pattern);
}

/** An instant of the calendar, in microseconds since 1970. */
export function instant() {
  const read = (text: string): Reading<number> => {
    const result = parseInstant(text);
    return result.ok ? result : { ...result, code: 'value.type' };
  };
  return reading('an instant such as 2016-05-24T09:00:00Z', read, '^\\d{4}-\\d{2}-\\d{2}T');
}

/** An IPv4 address as a number. */
export function address() {
  return reading('an IPv4 address such as 10.20.0.11', parseAddress);
}

/** An IPv4 address, or the word `dhcp`. */
export function addressOrDhcp() {
  const read = (text: string): Reading<number | 'dhcp'> => {
    return text === 'dhcp' ? { ok: true, value: 'dhcp' } : parseAddress(text);
  };
  return reading('an IPv4 address or `dhcp`', read);
}

/** An IPv4 network. */
export function cidr() {
  return reading('a network such as 10.20.0.0/24', parseCidr);
}

/** A DHCP scope. */
export function scope() {
  return reading('a scope such as 10.20.0.50-10.20.0.199', parseScope);
}

/** One range of addresses, or a list of them. */
export function scopes() {
  return z.union([scope(), z.array(scope()).min(1).max(1024)]);
}

/** A hardware address in the usual spelling, in small letters. */
export function mac() {
  const read = (text: string): Reading<string> =>
    /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(text)
      ? { ok: true, value: text.toLowerCase() }
      : {
          ok: false,
          code: 'value.type',
          message: 'this is not a hardware address',
          help: 'write six bytes in hex: 00:50:56:00:02:01',
        };
  return reading('a hardware address such as 00:50:56:00:02:01', read);
}

/** Answers that get lost, counted from 1: `ACK 1`, `OFFER 2-4`. */
export interface Losses {
  readonly kind: 'OFFER' | 'ACK' | 'NAK';
  readonly first: number;
  readonly last: number;
}

export function losses() {
  const read = (text: string): Reading<Losses> => {
    const [, kind, first = '', last] = /^(OFFER|ACK|NAK) (\d{1,6})(?:-(\d{1,6}))?$/.exec(text.trim()) ?? [];
    const from = Number(first);
    const to = last === undefined ? from : Number(last);
    if (kind === undefined || from < 1 || to < from || to - from > 10_000)
      return {
        ok: false,
        code: 'value.type',
        message: 'this does not say which answers are lost',
        help: 'write a kind and numbers counted from 1: OFFER 1, ACK 1-3',
      };
    return { ok: true, value: { kind: kind as Losses['kind'], first: from, last: to } };
  };
  return reading('answers such as ACK 1-3', read);
}

/** The name of something new. */
export function name() {
  return reading('a name', (text) => readName(text, isName, 63));
}

/** The name of a container image. */
export function imageName() {
  return reading('an image name', (text) => readName(text, isImageName, 128));
}

/** Checks a name; keys of maps go through here too. */
export function readName(text: string, allowed: (text: string) => boolean, longest: number): Reading<string> {
  if (allowed(text)) return { ok: true, value: text };
  const colon = allowed === isImageName ? ' :' : '';
  const message = text.length > longest ? `the name has ${text.length} characters` : 'this is not a name';
  const help = `use letters, digits and . _ - /${colon}, beginning with a letter or digit, at most ${longest} characters`;
  return { ok: false, code: 'name.invalid', message, help };
}

/** The name of something that is declared elsewhere. Whether it is, is checked later. */
export function reference() {
  return note(z.string(), { description: '', examples: [], kind: 'a name' });
}

/** Text for people. */
export function text(longest = 10_000) {
  return note(z.string().max(longest), { description: '', examples: [], kind: 'text' });
}

/** A whole number. */
export function count(min: number, max: number) {
  return note(z.int().min(min).max(max), { description: '', examples: [], kind: 'a whole number' });
}

/** A map from names to values of one kind. */
export function named<T extends z.ZodType>(value: T) {
  return z.record(z.string(), value);
}
