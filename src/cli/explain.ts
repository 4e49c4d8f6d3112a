/** `explain`: the page of a failure, a field of scenarios or a metric. */
import { metricNamed, metricNames } from '../inspect/metrics.ts';
import { type Page, pageCodes, pageFor } from '../inspect/pages.ts';
import { type FieldDocumentation, fieldDocumentation } from '../scenario/json-schema.ts';
import { nearest } from '../scenario/names.ts';
import { type Call, EXIT, type ExitCode, Stop } from './call.ts';
import type { Paint } from './paint.ts';
import { tableLines } from './table.ts';
import { clip, plain, wrap } from './text.ts';

const WIDTH = 100;

/** Sections of a scenario, and what `--set` reaches at the top. */
const TOP_FIELDS = [
  'extends',
  'change',
  'version',
  'name',
  'about',
  'start',
  'until',
  'seed',
  'hosts',
  'datastores',
  'networks',
  'pki',
  'internet',
  'proxies',
  'platform',
  'do',
  'expect',
  'thresholds',
];

function paragraph(title: string, text: string, paint: Paint): string[] {
  const lines = text.split('\n').flatMap((line) => wrap(plain(line), WIDTH));
  return [paint.strong(title), ...lines.map((line) => `  ${line}`), ''];
}

/** A failure's page. */
export function pageLines(page: Page, paint: Paint): string[] {
  return [
    `${paint.bad(page.code)}  ${paint.strong(page.title)}`,
    '',
    ...paragraph('what it means', page.means, paint),
    ...paragraph('on real systems', page.real, paint),
    ...paragraph('rehearse it', page.rehearse, paint),
    ...paragraph('fix it', page.fix, paint),
  ].slice(0, -1);
}

/** A field's page. `path` is as the user wrote it. */
export function fieldLines(path: string, field: FieldDocumentation, paint: Paint): string[] {
  const examples = field.examples.map((example) =>
    typeof example === 'string' ? example : JSON.stringify(example),
  );
  const keys = field.keys.map((key) => {
    const below = fieldDocumentation(`${path}.${/^[\w-]+$/.test(key) ? key : `"${key}"`}`);
    return [key, clip(below?.description ?? '', 90)];
  });
  return [
    `${paint.strong(plain(path))}  ${field.kind}`,
    '',
    ...wrap(field.description, WIDTH).map((line) => `  ${line}`),
    ...(examples.length === 0 ? [] : ['', `  for example  ${examples.join('   ')}`]),
    ...(keys.length === 0 ? [] : ['', '  below it', ...tableLines(keys, { indent: 4 })]),
  ];
}

/** Everything that can be explained. */
export function indexLines(paint: Paint): string[] {
  const pages = pageCodes().map((code) => [code, clip(pageFor(code)?.title ?? '', 90)]);
  const metrics = metricNames().map((name) => [name, metricNamed(name)?.about ?? '']);
  const fields = TOP_FIELDS.map((name) => [name, clip(fieldDocumentation(name)?.description ?? '', 90)]);
  return [
    paint.strong('failures and mistakes'),
    ...tableLines(pages, { indent: 2 }),
    '',
    paint.strong('scenario fields (and any path below them)'),
    ...tableLines(fields, { indent: 2 }),
    '',
    paint.strong('metrics'),
    ...tableLines(metrics, { indent: 2 }),
  ];
}

export function perform({ args: [word], options, terminal }: Call): ExitCode {
  const { paint } = terminal;
  const json = options.json === true;
  if (word === undefined) {
    if (json) terminal.json({ failures: pageCodes(), fields: TOP_FIELDS, metrics: metricNames() });
    else terminal.print(indexLines(paint));
    return EXIT.done;
  }
  const page = pageFor(word);
  if (page !== undefined) {
    if (json) terminal.json({ kind: 'failure', ...page });
    else terminal.print(pageLines(page, paint));
    return EXIT.done;
  }
  const metric = metricNamed(word);
  if (metric !== undefined) {
    if (json) terminal.json({ kind: 'metric', name: word, ...metric });
    else terminal.print([`${paint.strong(word)}  ${metric.unit}`, '', `  ${metric.about}`]);
    return EXIT.done;
  }
  const field = fieldDocumentation(word);
  if (field !== undefined) {
    const { kind: takes, ...rest } = field;
    if (json) terminal.json({ kind: 'field', path: word, takes, ...rest });
    else terminal.print(fieldLines(word, field, paint));
    return EXIT.done;
  }
  throw new Stop(EXIT.usage, `Nothing is known about \`${word}\`.`, suggestion(word));
}

function suggestion(word: string): string {
  const close = nearest(word, [...pageCodes(), ...metricNames(), ...TOP_FIELDS]);
  if (close !== undefined) return `did you mean \`${close}\`?`;
  const known = [...pageCodes(), ...metricNames()].filter((each) => each.includes(word)).slice(0, 6);
  return known.length > 0 ? `there is ${known.join(', ')}` : 'premortem explain lists everything';
}
