/** `npm run bench`: every workload as a table, or one with `-- hold --pending N --events M [--no-log] [--json]`. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Measurement, measureHold } from './hold.ts';
import { measureParts } from './micro.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    pending: { type: 'string', default: '1000' },
    events: { type: 'string', default: '2000000' },
    'no-log': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const usage =
  'npm run bench                                   every workload, as a table\nnpm run bench -- hold --pending N --events M    one measurement\nnpm run bench -- parts                          agenda, random streams, hashes by themselves\n  --no-log   without the log    --json   one line of JSON';

/** A process of its own for each row, so that peak memory is that row's. */
function inProcess(pending: number, events: number, logged: boolean): Measurement {
  const args = [
    'hold',
    '--json',
    '--pending',
    `${pending}`,
    '--events',
    `${events}`,
    ...(logged ? [] : ['--no-log']),
  ];
  return JSON.parse(
    execFileSync(process.execPath, [fileURLToPath(import.meta.url), ...args], { encoding: 'utf8' }),
  ) as Measurement;
}

const HEAD = ['workload', 'pending', 'events', 'logged', 'events/s', 'bytes/event', 'peak MB'];

function row({ workload, pending, events, logged, cpu_s, bytes_per_event, peak_mb }: Measurement): string[] {
  const count = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: 0 });
  return [
    workload,
    count(pending),
    count(events),
    logged ? 'yes' : 'no',
    count(events / cpu_s),
    logged ? bytes_per_event.toFixed(1) : '-',
    count(peak_mb),
  ];
}

const print = (cells: readonly string[]) =>
  console.log(cells.map((cell, i) => (i === 0 ? cell.padEnd(9) : cell.padStart(12))).join(''));

if (values.help) console.log(usage);
else if (positionals[0] === 'hold') {
  const measured = measureHold(Number(values.pending), Number(values.events), !values['no-log']);
  if (values.json) console.log(JSON.stringify(measured));
  else {
    print(HEAD);
    print(row(measured));
  }
} else if (positionals[0] === 'parts') {
  for (const { task, per_s } of await measureParts()) {
    console.log(
      values.json
        ? JSON.stringify({ task, per_s })
        : `${task.padEnd(48)}${per_s.toLocaleString('en-US').padStart(14)} /s`,
    );
  }
} else if (positionals.length > 0) {
  console.error(`there is no workload ${positionals[0]}\n${usage}`);
  process.exitCode = 2;
} else {
  print(HEAD);
  for (const pending of [1_000, 100_000, 1_000_000])
    for (const logged of [true, false]) {
      const measured = inProcess(pending, 3_000_000, logged);
      if (values.json) console.log(JSON.stringify(measured));
      else print(row(measured));
    }
}
