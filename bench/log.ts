/**
 * The log by itself, beside other ways to keep the same events in a file: how many a second of the processor writes and reads back, and how
 * many bytes each takes. Ours is framed, checked, chained and verified; it is also folded into a world. The others only keep.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from '../src/base/assert.ts';
import { saidApart } from './apart.ts';
import type { Made, Read, Said, Stage, Way, Written } from './log-stage.ts';
import { MAKERS } from './mix.ts';
import { type Options, ORIGINS, type Origin } from './options.ts';
import { count, Table } from './table.ts';

/** One row of the result; rates are events for each second of the processor. */
interface Row {
  readonly of: Origin;
  readonly way: string;
  readonly events: number;
  readonly bytes_per_event: number;
  readonly written_per_s: number;
  readonly read_per_s: number;
  readonly folded_per_s?: number;
}

const WAYS: readonly Way[] = ['premortem', 'json', 'msgpackr', 'shared', 'sqlite'];

/** `npm run bench -- log`: events of every origin, or of the one that is asked for, kept in every way. */
export function measureLog({ of, events, json }: Options): void {
  for (const origin of of === undefined ? ORIGINS : [of]) {
    const table = json ? undefined : tableOf(origin);
    for (const row of measureOrigin(origin, events ?? MAKERS[origin].usual)) {
      if (table === undefined) console.log(JSON.stringify(row));
      else table.row(cells(row));
    }
  }
}

function* measureOrigin(of: Origin, events: number): Iterable<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'premortem-log-'));
  const log = join(folder, 'made.pmlog');
  try {
    const made = stage({ stage: 'make', of, events, log }) as Made;
    for (const way of WAYS) {
      const path = join(folder, way);
      const written = stage({ stage: 'write', way, log, path }) as Written | null;
      if (written === null) console.error('SQLite is left out: it needs Node 22 or python3');
      else {
        const { causes, seconds, folded } = stage({ stage: 'read', way, path, of }) as Read;
        assert(causes === made.causes, `${written.label} gives back all causes`);
        assert(folded === undefined || folded.world === made.world, 'the world is that of the events');
        yield {
          of,
          way: written.label,
          events,
          bytes_per_event: written.bytes / events,
          written_per_s: Math.round(events / written.seconds),
          read_per_s: Math.round(events / seconds),
          ...(folded === undefined ? {} : { folded_per_s: Math.round(events / folded.seconds) }),
        };
        rmSync(path);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function stage(what: Stage): Said {
  return saidApart('log-stage.js', [JSON.stringify(what)]) as Said;
}

function tableOf(of: Origin): Table {
  console.log(`Events of ${of}, each second of the processor`);
  return new Table({ way: 22, events: 9, 'bytes/event': 11, written: 10, 'read back': 10, folded: 10 });
}

const cells = ({ way, events, bytes_per_event, written_per_s, read_per_s, folded_per_s }: Row) => [
  way,
  count(events),
  count(bytes_per_event, 1),
  count(written_per_s),
  count(read_per_s),
  folded_per_s === undefined ? '-' : count(folded_per_s),
];
