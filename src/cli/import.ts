/** `import dhcp`: the configuration of a DHCP server as networks of a scenario. */
import { basename, dirname } from 'node:path';
import type { Issue } from '../base/issue.ts';
import { SOFTWARE } from '../exchange/dhcp-import/found.ts';
import {
  type DhcpImport,
  fragmentText,
  importDhcp,
  TEXT_LIMIT,
  TITLES,
} from '../exchange/dhcp-import/import.ts';
import { staticsInPools } from '../exchange/dhcp-import/statics.ts';
import type { Source } from '../scenario/layers.ts';
import { isName } from '../scenario/names.ts';
import { type Call, EXIT, type ExitCode, oneOf, Stop } from './call.ts';
import { readerIn, readInput, shownIssue, shownPlace, shownSources } from './input.ts';
import { issueLines } from './issue-view.ts';
import { markOf } from './paint.ts';
import type { Terminal } from './terminal.ts';
import { plain, plural } from './text.ts';

const KINDS = ['dhcp'] as const;

export function perform({ args: [kind, file = ''], options, terminal }: Call): ExitCode {
  const { into, network, format, json, quiet } = options;
  oneOf('import', kind, KINDS);
  if (network !== undefined && !isName(network))
    throw new Stop(
      EXIT.usage,
      `--network takes a name, not \`${network}\`.`,
      'letters, digits, `.`, `_` and `-`',
    );
  const software = format === undefined ? undefined : oneOf('--format', format, SOFTWARE);
  const result = importDhcp({ file, text: textOf(file), format: software, network });
  const ground = into === undefined ? NO_GROUND : groundOf(into, result);
  const ok = result.ok && ground.ok;
  const issues = [...result.issues, ...ground.issues];
  if (json === true) terminal.json({ networks: ok ? result.networks : {}, issues });
  else {
    if (ok) terminal.print(fragmentText(result).trimEnd().split('\n'));
    const sources = [{ name: file, text: result.source.text }, ...ground.sources];
    say(
      issues,
      sources,
      ok ? success(file, result) : `✗ ${plain(file)}: nothing was imported`,
      terminal,
      quiet === true,
    );
  }
  return ok ? EXIT.done : EXIT.usage;
}

function textOf(file: string): string {
  const read = readerIn(dirname(file))(basename(file));
  if (read.ok) return read.text.startsWith('\ufeff') ? read.text.slice(1) : read.text;
  // Too big for the reader is too big for the importer, which says so in its own words.
  if (read.size !== undefined) return ' '.repeat(TEXT_LIMIT + 1);
  throw new Stop(EXIT.usage, `${file} cannot be read: ${read.reason}.`);
}

/** What the scenario adds to what there is to say. */
interface Ground {
  readonly ok: boolean;
  readonly issues: readonly Issue[];
  readonly sources: readonly Source[];
}

const NO_GROUND: Ground = { ok: true, issues: [], sources: [] };

function groundOf(into: string, result: DhcpImport): Ground {
  const { reading, shown } = readInput(into, [], []);
  if (!reading.ok) {
    const issues = reading.issues.map((issue) => shownIssue(issue, shown));
    return { ok: false, issues, sources: shownSources(reading.sources, shown) };
  }
  const { scenario, sources, place } = reading.checked;
  const issues = staticsInPools(result, {
    scenario,
    place: (path) => {
      const found = place(path);
      return found && shownPlace(found, shown);
    },
  });
  return { ok: true, issues, sources: shownSources(sources, shown) };
}

function success(file: string, { networks, software = 'isc' }: DhcpImport): string {
  return `imported ${plural(Object.keys(networks).length, 'network')} from ${plain(file)} (${TITLES[software]})`;
}

function say(
  issues: readonly Issue[],
  sources: readonly Source[],
  verdict: string,
  terminal: Terminal,
  quiet: boolean,
): void {
  const paint = terminal.errorPaint;
  if (!quiet) terminal.say(issues.flatMap((issue) => issueLines(issue, sources, paint)));
  const errors = issues.filter(({ severity }) => severity === 'error').length;
  const warnings = issues.length - errors;
  const counts = [
    ...(errors > 0 ? [paint.bad(plural(errors, 'error'))] : []),
    ...(warnings > 0 ? [paint.warn(plural(warnings, 'warning'))] : []),
  ];
  const line = errors > 0 ? paint.bad(verdict) : `${markOf(true, paint)} ${verdict}`;
  terminal.say([line, ...counts].join('  '));
}
