/**
 * The DHCP workload: clients of scopes of 250 boot within a minute and keep their leases for a day. It goes through every model
 * as scenarios do, and through the log.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from '../src/base/assert.ts';
import { DAY, HOUR, SECOND } from '../src/base/units.ts';
import type { Engine } from '../src/kernel/engine.ts';
import type { Ask } from '../src/kernel/roots.ts';
import { fileSink, fileSource } from '../src/log/disk.ts';
import { inspectLog } from '../src/log/reader.ts';
import { LogWriter } from '../src/log/writer.ts';
import type { StateOf } from '../src/models/index.ts';
import { makeEngine } from '../src/run/program.ts';
import { Clock, type Measurement, peakMegabytes } from './measure.ts';

/** Clients of one scope, and addresses that it has. */
const SCOPE = 250;
const POOL = 300;

function* asks(clients: number): Iterable<Ask> {
  const ask = (to: Ask['to'], command: object): Ask => ({
    to,
    due: 0,
    command: command as Ask['command'],
    path: 'bench',
    file: '',
    line: 0,
  });
  const starts = [0, 60 * SECOND] as const;
  const settings = { starts };
  for (let scope = 0; scope * SCOPE < clients; scope += 1) {
    const segment = `vlan-${scope}`;
    const network = 0x0a00_0000 + scope * 1024;
    yield ask(`segment/${segment}`, { type: 'declare', network, prefix: 22, gateway: network + 1, vlan: 0 });
    yield ask(`dhcp/${segment}`, {
      type: 'configure',
      segment,
      enabled: true,
      software: 'kea',
      addresses: [network + 1],
      network,
      prefix: 22,
      router: network + 1,
      ranges: [network + 10, network + 9 + POOL],
      settings: { lease: 8 * HOUR },
    });
    for (let i = scope * SCOPE; i < Math.min(clients, (scope + 1) * SCOPE); i += 1) {
      const holder = `machine/pc-${i}`;
      yield ask(`dhcp-client/pc-${i}`, {
        type: 'start',
        segment,
        program: 'networkd',
        holder,
        mac: '',
        settings,
      });
    }
  }
}

/** That many clients for a day. Every one must hold an address of its own at the end, and have renewed it. */
export function measureDhcp(clients: number, logged: boolean): Measurement {
  const folder = mkdtempSync(join(tmpdir(), 'premortem-bench-'));
  const path = join(folder, 'bench.pmlog');
  try {
    const engine = makeEngine({ seed: 'bench', ties: 0, bounds: {} });
    const sink = logged ? fileSink(path) : undefined;
    const preface = { program: 'bench', options: {}, sources: [], kinds: engine.kinds };
    const writer = sink && new LogWriter(sink, preface, (id) => engine.world.entities[id]?.ref ?? '');
    engine.recorder = writer;
    engine.ask([...asks(clients)]);
    const clock = new Clock();
    clock.time(() => engine.run(DAY));
    const bytes = clock.time(() => writer?.end('done', '').bytes ?? 0);
    sink?.close();
    check(engine, clients);
    if (logged) checkLog(path, engine.count);
    return {
      workload: 'dhcp',
      pending: engine.waiting,
      events: engine.count,
      cpu_s: clock.cpu,
      wall_s: clock.wall,
      bytes_per_event: bytes / engine.count,
      peak_mb: peakMegabytes(),
      logged,
      clients,
      scopes: Math.ceil(clients / SCOPE),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function check({ world, now }: Engine, clients: number): void {
  const held = new Set<string>();
  for (const [name, state] of world.each('dhcp-client')) {
    const { phase, address, segment, ackAt } = state as StateOf<'dhcp-client'>;
    assert(phase === 'bound' || phase === 'renewing', `${name} is ${phase}`);
    assert(ackAt > now - 5 * HOUR, `${name} renewed its lease in the last hours`);
    held.add(`${segment} ${address}`);
  }
  assert(held.size === clients, `${held.size} addresses are held by ${clients} clients`);
}

function checkLog(path: string, events: number): void {
  const source = fileSource(path);
  const { status, events: read, message } = inspectLog(source);
  source.close();
  assert(status === 'clean' && read === events, `the log reads back whole: ${message}`);
}
