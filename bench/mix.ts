/**
 * Events for the bench of the log. As real runs make them: the Mesos scenario of `scenarios/photon`, with forty hosts more and a cluster
 * created every 20 minutes and deleted again, until there are as many events as are wanted. Some seventy kinds, from DHCP to image layers.
 * And as the workloads of the kernel do: one or two kinds of a few numbers, made by the hundred thousand.
 */
import { readFileSync } from 'node:fs';
import { assert } from '../src/base/assert.ts';
import { start } from '../src/index.ts';
import { Engine } from '../src/kernel/engine.ts';
import { Fold } from '../src/kernel/fold.ts';
import { memorySink, memorySource } from '../src/log/disk.ts';
import { type Log, openLog, type Recorded } from '../src/log/reader.ts';
import { LogWriter } from '../src/log/writer.ts';
import { optionsOfLog } from '../src/run/history.ts';
import { makeEngine, makeFold } from '../src/run/program.ts';
import { churnWorkload } from './churn.ts';
import { holdWorkload } from './hold.ts';
import type { Workload } from './measure.ts';
import { mm1Workload } from './mm1.ts';
import type { Origin } from './options.ts';
import { projectFile } from './project.ts';

/** Events of one run, as a log has them, and what has the world that they add up to. */
export interface Mix {
  readonly preface: Log['preface'];
  readonly events: readonly Recorded[];
  engine(): Engine;
}

/** Where events come from: how many there are when nothing is said, since short ones are written too fast for few of them to tell. */
interface Maker {
  readonly usual: number;
  mix(events: number): Mix;
  /** A fold that a log of such events can go through. */
  fold(preface: Log['preface']): Fold;
}

export const MAKERS: Readonly<Record<Origin, Maker>> = {
  busy: { usual: 200_000, mix: realisticMix, fold: (preface) => makeFold(optionsOfLog({ preface })) },
  hold: workloadMaker((events) => holdWorkload(1_000, events)),
  mm1: workloadMaker((events) => mm1Workload(Math.ceil(events / 2))),
  churn: workloadMaker(churnWorkload),
};

const SEED = 'bench';
const BASE = 'mesos-works.yaml';
/** Every cluster makes a little more than this. */
const EVENTS_PER_CLUSTER = 1_600;
/** Minutes between two clusters, and from the creation of one to its deletion. */
const EVERY = 20;
const KEPT = 100;

const place = (clusters: number) => `
version: 1
extends: ${BASE}
name: busy
until: ${EVERY * clusters + 2 * KEPT}m
hosts:
  esx-[05-44]:
    cpu: { cores: 64 }
    memory: 1TiB
    roles: [cloud]
    nics: { vmnic0: { network: mgmt, rate: 10Gbps } }
change:
  networks.mgmt.cidr: 10.16.0.0/16
  networks.mgmt.gateway: 10.16.0.1
  networks.mgmt.dns: [10.16.0.2]
  networks.mgmt.dhcp.scope: 10.16.8.0-10.16.200.0
  platform.tenants.lab.ticket: { vm: 1000, vm.cpu: 2000, vm.memory: 8TiB }
  platform.tenants.lab.projects.dev.limits: { vm: 1000, vm.cpu: 2000, vm.memory: 8TiB }
expect: []
thresholds: {}
do:
`;

/** More clusters are never there at once, so their static addresses can be used again. */
const SLOTS = 8;

function cluster(i: number): string {
  const [a, b, c] = [0, 1, 2].map((node) => `10.16.0.${11 + (i % SLOTS) * 3 + node}`);
  const from = 5 + EVERY * i;
  return `  - at: ${from}m
    create-cluster: { name: mesos-${i}, tenant: lab, project: dev, zookeepers: [${a}, ${b}, ${c}], slaves: 20 }
  - at: ${from + KEPT}m
    delete-cluster: mesos-${i}
`;
}

/** The files of a scenario, `busy.yaml`, whose run makes at least so many events. */
export function busyFiles(wanted: number): Record<string, string> {
  const clusters = Math.ceil(wanted / EVENTS_PER_CLUSTER);
  return {
    [BASE]: readFileSync(projectFile(`scenarios/photon/${BASE}`), 'utf8'),
    'busy.yaml': place(clusters) + Array.from({ length: clusters }, (_, i) => cluster(i)).join(''),
  };
}

/** The first so many events of a run that makes more. */
function realisticMix(wanted: number): Mix {
  const files = busyFiles(wanted);
  const sink = memorySink();
  const started = start({ file: 'busy.yaml', files }, { sink });
  assert(started.ok, started.ok ? '' : JSON.stringify(started.issues));
  started.simulation.advance();
  const log = opened(sink);
  return {
    preface: { ...log.preface, sources: [] },
    events: first(log.events(), wanted),
    engine: () => makeEngine(optionsOfLog(log)),
  };
}

function workloadMaker(load: (events: number) => Workload): Maker {
  return {
    usual: 1_000_000,
    mix: (wanted) => workloadMix(load(wanted), wanted),
    fold: () => new Fold([load(1).model], SEED),
  };
}

/** The first so many events of a workload of the kernel. */
function workloadMix({ model, command }: Workload, wanted: number): Mix {
  const engine = () => new Engine([model], [], { seed: SEED });
  const running = engine();
  const sink = memorySink();
  const preface = { program: 'bench', options: {}, sources: [], kinds: running.kinds };
  const writer = new LogWriter(sink, preface, (id) => running.world.entities[id]?.ref ?? '');
  running.recorder = writer;
  running.ask([{ to: `${model.name}/all`, due: 0, command, path: '', file: '', line: 0 }]);
  running.run(Number.MAX_SAFE_INTEGER, wanted - running.count);
  writer.end('done', '');
  return { preface, events: first(opened(sink).events(), wanted), engine };
}

function opened(sink: ReturnType<typeof memorySink>): Log {
  const log = openLog(memorySource(sink.bytes()));
  assert(log.ok, 'a log that was just written reads back');
  return log.log;
}

function first(events: Iterable<Recorded>, wanted: number): readonly Recorded[] {
  const found = [...events].slice(0, wanted);
  assert(found.length === wanted, `the run made ${found.length} events and not ${wanted}`);
  return found;
}
