/** What was expected, what was measured, and how full things became. */
import {
  DAY,
  formatBytes,
  formatDuration,
  formatPercent,
  MILLISECOND,
  MINUTE,
  SECOND,
} from '../base/units.ts';
import type { Judged, Measured } from '../inspect/expect.ts';
import { loadOf } from '../inspect/load.ts';
import { aggregate, type Metric, type Unit } from '../inspect/metrics.ts';
import { trafficOf } from '../inspect/traffic.ts';
import type { ExpectSpec } from '../scenario/types.ts';
import { clockOf } from './instant.ts';
import { markOf, type Paint } from './paint.ts';
import type { Report } from './report.ts';
import { tableLines } from './table.ts';
import { buckets, grouped, plain, sparkline } from './text.ts';

const CELLS = 24;

/** A measured value with its unit, rounded to what a person wants to know. */
export function valueText(value: number | undefined, unit: Unit): string {
  if (value === undefined) return 'no value: it never happened';
  if (unit === 'share') return formatPercent(value);
  if (unit === 'bytes') return formatBytes(Number(value.toPrecision(4)));
  if (unit === 'count') return Number.isInteger(value) ? grouped(value) : String(Number(value.toFixed(3)));
  const step = value >= DAY ? MINUTE : value >= MINUTE ? SECOND : value >= SECOND ? MILLISECOND : 1;
  return formatDuration(Math.round(value / step) * step);
}

function section(
  title: string,
  list: readonly { readonly holds: boolean }[],
  rows: readonly string[],
): string[] {
  const held = list.filter(({ holds }) => holds).length;
  return [`${title.padEnd(14)}${held} of ${list.length}`, ...rows];
}

/** Expectations with what decided them. */
export function expectationLines(
  judged: readonly Judged[],
  specs: readonly ExpectSpec[],
  paint: Paint,
): string[] {
  if (judged.length === 0) return [];
  const rows = judged.map((one, i) => {
    const by = specs[i]?.by;
    const text = `${plain(one.text)}${by === undefined ? '' : ` by ${formatDuration(by)}`}`;
    const when = one.at === undefined ? '' : `at ${clockOf(one.at)}`;
    const event = one.seq === undefined ? '' : `e${one.seq}`;
    const note = [when, plain(one.note), event].filter((part) => part !== '').join('  ');
    return [one.holds ? '✓' : '✗', text, note];
  });
  return section('expectations', judged, table(rows, judged, paint));
}

/** Thresholds with what was measured. */
export function thresholdLines(measured: readonly Measured[], paint: Paint): string[] {
  if (measured.length === 0) return [];
  const rows = measured.map(({ metric, text, holds, value, unit }) => [
    holds ? '✓' : '✗',
    plain(metric),
    plain(text),
    valueText(value, unit),
  ]);
  return section('thresholds', measured, table(rows, measured, paint));
}

function table(
  rows: readonly string[][],
  list: readonly { readonly holds: boolean }[],
  paint: Paint,
): string[] {
  return tableLines(rows, {
    indent: 2,
    paint: (cell, column, row) => {
      const holds = list[row]?.holds === true;
      if (column === 0) return markOf(holds, paint);
      return column === (rows[row]?.length ?? 0) - 1 && holds ? paint.faint(cell) : cell;
    },
  });
}

/** How full something was over the run. */
export interface Gauge {
  readonly name: string;
  readonly unit: Unit;
  readonly peak: number;
  readonly bars: readonly number[];
}

/** Hosts, VMs, scopes, proxies and sites over the run. Empty for what the run has none of. */
export function gaugesOf(report: Pick<Report, 'history' | 'ending'>): Gauge[] {
  const load = { ...loadOf(report.history), ...trafficOf(report.history) };
  const gauges: readonly [string, keyof typeof load, Unit][] = [
    ['hosts CPU', 'hosts.cpu.use', 'share'],
    ['hosts memory', 'hosts.memory.use', 'share'],
    ['VMs running', 'vms.running', 'count'],
    ['DHCP scopes', 'dhcp.pool.use', 'share'],
    ['proxies', 'proxy.use', 'share'],
    ['host NICs', 'nic.use', 'share'],
    ['sites', 'site.use', 'share'],
  ];
  return gauges.flatMap(([name, key, unit]) => {
    const samples = load[key];
    if (samples.length === 0) return [];
    const peak = samples.reduce((most, { value }) => Math.max(most, value), 0);
    if (peak === 0) return [];
    return [{ name, unit, peak, bars: buckets(samples, report.ending.at, CELLS) }];
  });
}

/** What sizes a scope, a proxy or a mirror beside how full it was: how long clients waited, what was moved, and how many got nothing. */
export function sizingRows(metrics: Readonly<Record<string, Metric>>): string[][] {
  const valuesOf = (name: string) => metrics[name]?.values ?? [];
  const waits = (title: string, name: string) => {
    const times = valuesOf(name);
    const at = (percentile: number) =>
      `p${percentile} ${valueText(aggregate(times, { percentile }), 'duration')}`;
    return times.length === 0 ? [] : [[title, '', [50, 95, 99].map(at).join(' · ')]];
  };
  const refused = valuesOf('dhcp.refused.clients').length;
  const pulled = valuesOf('image.pull.bytes').at(-1) ?? 0;
  const cached = valuesOf('image.pull.layers.cached').length;
  const there =
    cached === 0 ? '' : ` · ${grouped(cached)} ${cached === 1 ? 'layer was' : 'layers were'} there`;
  return [
    ...waits('time to address', 'dhcp.time-to-address'),
    ...(refused === 0 ? [] : [['refused clients', '', grouped(refused)]]),
    ...waits('time to image', 'image.pull.duration'),
    ...waits('time to ready', 'node.ready.duration'),
    ...(pulled === 0 ? [] : [['images pulled', '', `${valueText(pulled, 'bytes')}${there}`]]),
  ];
}

/** Capacity as lines. */
export function capacityLines(
  gauges: readonly Gauge[],
  sizing: readonly string[][],
  until: number,
  paint: Paint,
): string[] {
  if (gauges.length === 0) return [];
  const rows = gauges.map(({ name, unit, peak, bars }) => [
    name,
    sparkline(bars, unit === 'share' ? Math.max(1, peak) : peak),
    `peak ${valueText(peak, unit)}`,
  ]);
  const head = `capacity      over ${clockOf(until)}`;
  return [
    head,
    ...tableLines([...rows, ...sizing], {
      indent: 2,
      paint: (cell, column) => (column === 1 ? paint.help(cell) : cell),
    }),
  ];
}
