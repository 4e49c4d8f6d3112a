/** Writes plain data as YAML: maps of things in blocks, what fits on a line in braces. */

type Scalar = string | number | boolean;
type Data = Scalar | readonly Data[] | { readonly [key: string]: Data | undefined };

/** Maps under these keys, and in those of `reservations`, are short and stay on one line. */
const INLINE = new Set(['options']);
const WIDTH = 110;

/** Texts that are read back as the same text without quotes. */
const PLAIN =
  /^(?:[A-Za-z_/][\w./-]*(?:[:@][\w./-]+)*|[\da-f]{2}(?::[\da-f]{2})+|\d+(?:\.\d+){3}(?:[-/][\d.]+)?|(?:\d+(?:\.\d+)?(?:d|h|m|s|ms|us))+)$/;
const WORDS = /^(?:true|false|null|yes|no|on|off|y|n|nan|inf)$/i;

/** Lines of a block. */
export function yamlLines(data: Readonly<Record<string, Data | undefined>>, indent = ''): string[] {
  return Object.entries(data).flatMap(([key, value]) =>
    value === undefined ? [] : entry(key, value, indent),
  );
}

function entry(key: string, value: Data, indent: string): string[] {
  const head = `${indent}${scalar(key)}:`;
  if (typeof value !== 'object') return [`${head} ${scalar(value)}`];
  const line = `${head} ${flow(value)}`;
  if (Array.isArray(value))
    return line.length <= WIDTH ? [line] : [head, ...value.map((item) => `${indent}  - ${flow(item)}`)];
  const map = value as Readonly<Record<string, Data | undefined>>;
  const isShort = line.length <= WIDTH && (INLINE.has(key) || 'mac' in map || 'client-id' in map);
  return isShort ? [line] : [head, ...yamlLines(map, `${indent}  `)];
}

function flow(value: Data): string {
  if (typeof value !== 'object') return scalar(value);
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  const entries = Object.entries(value).flatMap(([key, item]) =>
    item === undefined ? [] : [`${scalar(key)}: ${flow(item)}`],
  );
  return `{ ${entries.join(', ')} }`;
}

function scalar(value: Scalar): string {
  if (typeof value !== 'string') return String(value);
  const isPlain = PLAIN.test(value) && !WORDS.test(value);
  return isPlain ? value : JSON.stringify(value);
}
