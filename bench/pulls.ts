/** The pulls workload: nodes that all begin at once to pull the same images through one proxy, through every model and the log. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from '../src/base/assert.ts';
import { DAY, MILLISECOND, SECOND } from '../src/base/units.ts';
import type { Engine, Recorder } from '../src/kernel/engine.ts';
import type { Ask } from '../src/kernel/roots.ts';
import { fileSink } from '../src/log/disk.ts';
import { LogWriter } from '../src/log/writer.ts';
import type { CommandOf, ModelName, StateOf } from '../src/models/index.ts';
import { makeEngine } from '../src/run/program.ts';
import { Clock, type Measurement, peakMegabytes } from './measure.ts';

const IMAGES = 5;
const LAYERS = 8;
const GBPS = 1e9;
const MB = 1_000_000;
const GB = 1_000 * MB;
const HUB = 'registry.example';
const NET = 'lan';
/** Machines are made before; then all pull at once. */
const BEGIN = 60 * SECOND;

const imageOf = (i: number) => `${HUB}/image-${i}`;
/** Layers of 5 to 33 MB, all different. */
const sizeOf = (image: number, layer: number) => (5 + layer * 4) * MB + image;
const images = Array.from({ length: IMAGES }, (_, i) => i);
const layers = Array.from({ length: LAYERS }, (_, i) => i);

const ask = <M extends ModelName>(model: M, name: string, command: CommandOf<M>, due = 0): Ask => ({
  ...{ to: `${model}/${name}`, due, command: command as Ask['command'] },
  ...{ path: 'bench', file: '', line: 0 },
});

function* asks(nodes: number): Iterable<Ask> {
  const lasting = { from: -365 * DAY, until: 365 * DAY };
  const free = { pathLength: -1, permits: [], excludes: [], start: 0 };
  yield ask('authority', 'public', {
    type: 'declare',
    subject: 'public',
    issuer: 'public',
    ...lasting,
    ...free,
  });
  const site = { issuer: 'public', ...lasting, rtt: 20 * MILLISECOND, bandwidth: 100 * GBPS, up: true };
  yield ask('registry', HUB, { type: 'declare', ...site });
  for (const image of images) {
    const digests = layers.map((layer) => `sha256:${image}-${layer}`);
    const sizes = layers.map((layer) => sizeOf(image, layer));
    yield ask('registry', HUB, { type: 'publish', image: imageOf(image), digests, sizes, list: false });
  }
  yield ask('proxy', 'squid', { type: 'declare', networks: [NET], bandwidth: 10 * GBPS, up: true });
  yield ask('datastore', 'vsan', { type: 'declare', capacity: nodes * 10 * GB, write: GB, hosts: [] });
  for (let i = 0; i < nodes; i += 1) yield* node(`node-${i}`, `esx-${i}`, lasting);
}

/** A machine on a host of its own, with a NIC of 1 Gbit/s. */
function* node(name: string, host: string, lasting: { from: number; until: number }): Iterable<Ask> {
  yield ask('fabric', 'net', { type: 'link', link: `nic/${host}/${NET}`, rate: GBPS });
  yield ask('scheduler', 'root', { type: 'host-up', host, cores: 1, memory: GB, roles: ['cloud'] });
  const size = { flavor: 'node', cpu: 1, memory: GB, image: 'photon', imageSize: MB };
  const where = { ticket: 'bench', datastore: 'vsan', network: NET, address: -1, autostart: false };
  yield ask('vm', name, { type: 'create', ...size, ...where });
  yield ask('trust', name, { type: 'fill', roots: [{ name: 'public', ...lasting }], facts: [] });
  yield ask('docker', name, { type: 'start', preloaded: [] });
  for (const image of images)
    yield ask('docker', name, { type: 'run', container: `c${image}`, image: imageOf(image), port: 0 }, BEGIN);
}

/** Counts what goes over the proxy, and passes everything on. */
class Tally implements Recorder {
  readonly #next: Recorder | undefined;
  bytes = 0;

  constructor(next: Recorder | undefined) {
    this.#next = next;
  }

  append(...[kind, stamp, draws, event]: Parameters<Recorder['append']>): void {
    const path = event['path'];
    if (event.type === 'Started' && Array.isArray(path) && path.includes('proxy/squid'))
      this.bytes += event['size'] as number;
    this.#next?.append(kind, stamp, draws, event);
  }
}

/** That many nodes, from the start of their pulls until all have their images. */
export function measurePulls(nodes: number, logged: boolean): Measurement {
  const folder = mkdtempSync(join(tmpdir(), 'premortem-bench-'));
  try {
    const engine = makeEngine({ seed: 'bench', ties: 0, bounds: {} });
    const sink = logged ? fileSink(join(folder, 'bench.pmlog')) : undefined;
    const preface = { program: 'bench', options: {}, sources: [], kinds: engine.kinds };
    const writer = sink && new LogWriter(sink, preface, (id) => engine.world.entities[id]?.ref ?? '');
    const tally = new Tally(writer);
    engine.recorder = tally;
    engine.ask([...asks(nodes)]);
    engine.run(BEGIN - 1);
    const before = engine.count;
    const clock = new Clock();
    clock.time(() => engine.run(DAY));
    const bytes = clock.time(() => writer?.end('done', '').bytes ?? 0);
    sink?.close();
    check(engine, nodes, tally.bytes);
    return {
      workload: 'pulls',
      pending: engine.waiting,
      events: engine.count - before,
      cpu_s: clock.cpu,
      wall_s: clock.wall,
      bytes_per_event: bytes / engine.count,
      peak_mb: peakMegabytes(),
      logged,
      nodes,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Every node has every image, and every layer came through the proxy once for each node. */
function check({ world }: Engine, nodes: number, bytes: number): void {
  let complete = 0;
  for (const [name, state] of world.each('docker')) {
    const docker = state as StateOf<'docker'>;
    assert(
      images.every((image) => docker.images.has(imageOf(image))),
      `${name} has its images`,
    );
    complete += 1;
  }
  assert(complete === nodes, `${complete} of ${nodes} nodes have their images`);
  const each = images.flatMap((image) => layers.map((layer) => sizeOf(image, layer)));
  const sum = each.reduce((total, size) => total + size, 0) * nodes;
  assert(
    bytes >= sum && bytes <= sum * 1.001,
    `${bytes} bytes went through the proxy, and layers are ${sum}`,
  );
}
