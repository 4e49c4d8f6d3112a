import { type Context, type Model, NOTHING } from '../../kernel/model.ts';
import {
  type PlacementRefusal,
  type SchedulerCommand,
  type SchedulerEvent,
  schedulerEvents,
} from './events.ts';
import { emptyScheduler, evolve, type Room, type Scheduler } from './state.ts';

/** Configured vCPUs may be 16 times the cores, configured memory may not exceed the host's (facts/photon-and-vdvs.md 4.2). */
const CPU_OVERCOMMIT = 16;
/** A resource more than 95 % configured refuses. */
const FULL = 0.95;
/** Hosts asked for one placement, drawn from those that could take it (4.1, flat mode). */
const SAMPLE = 4;
/** Share of a MGMT+CLOUD host that the management VM takes (2.2). */
const MANAGEMENT_SHARE = 0.25;

const WORDS: Record<PlacementRefusal, string> = {
  'placement.no-host': 'NoSuchResource: no host with the CLOUD tag is up',
  'placement.not-enough-cpu': 'NotEnoughCpuResource',
  'placement.not-enough-memory': 'NotEnoughMemoryResource',
};

type Score = { readonly score: number } | { readonly why: PlacementRefusal };

/** An agent's answer: memory is looked at first and masks the rest (4.2). Linked clones take no storage, so storage scores 100. */
function scoreOf(room: Room, cpu: number, memory: number): Score {
  const memoryRatio = (room.usedMemory + memory) / room.memory;
  if (memoryRatio > FULL) return { why: 'placement.not-enough-memory' };
  const cpuRatio = (room.usedCpu + cpu) / (room.cores * CPU_OVERCOMMIT);
  if (cpuRatio > FULL) return { why: 'placement.not-enough-cpu' };
  return { score: 100 - Math.round(Math.max(memoryRatio, cpuRatio) * 100) };
}

/** Up to `SAMPLE` of the rooms in drawn order: a random subset is asked, and ties go to whoever was drawn first. */
function sample(rooms: readonly (readonly [string, Room])[], context: Context): (readonly [string, Room])[] {
  const left = [...rooms];
  const chosen: (readonly [string, Room])[] = [];
  while (left.length > 0 && chosen.length < SAMPLE)
    chosen.push(...left.splice(Math.floor(context.draw('sample') * left.length), 1));
  return chosen;
}

function place(
  vm: string,
  cpu: number,
  memory: number,
  scheduler: Readonly<Scheduler>,
  context: Context,
): readonly SchedulerEvent[] {
  if (scheduler.placed.has(vm)) return NOTHING;
  const asked = sample([...scheduler.rooms], context);
  let best: { host: string; score: number } | undefined;
  const refusals = new Set<PlacementRefusal>();
  for (const [host, room] of asked) {
    const answer = scoreOf(room, cpu, memory);
    if ('why' in answer) refusals.add(answer.why);
    else if (best === undefined || answer.score > best.score) best = { host, score: answer.score };
  }
  if (best !== undefined) return [{ type: 'Placed', vm, host: best.host, cpu, memory, score: best.score }];
  const precedence: PlacementRefusal[] = ['placement.not-enough-cpu', 'placement.not-enough-memory'];
  const why = precedence.find((code) => refusals.has(code)) ?? 'placement.no-host';
  const facts =
    asked.length > 0
      ? asked.map(([, room]) => room.seq)
      : scheduler.removedSeq < 0
        ? []
        : [scheduler.removedSeq];
  return [{ type: 'Refused', vm, why, words: WORDS[why], facts }];
}

function decide(
  command: SchedulerCommand,
  scheduler: Readonly<Scheduler>,
  context: Context,
): readonly SchedulerEvent[] {
  switch (command.type) {
    case 'host-up': {
      const { host, cores, memory, roles } = command;
      if (!roles.includes('cloud')) return NOTHING;
      const share = roles.includes('mgmt') ? MANAGEMENT_SHARE : 0;
      const here = [...scheduler.placed.values()].filter((placed) => placed.host === host);
      const usedCpu = here.reduce((sum, placed) => sum + placed.cpu, Math.ceil(cores * share));
      const usedMemory = here.reduce((sum, placed) => sum + placed.memory, Math.ceil(memory * share));
      return [{ type: 'HostAdded', host, cores, memory, usedCpu, usedMemory }];
    }
    case 'host-down':
      return scheduler.rooms.has(command.host) ? [{ type: 'HostRemoved', host: command.host }] : NOTHING;
    case 'place':
      return place(command.vm, command.cpu, command.memory, scheduler, context);
    case 'release': {
      const placed = scheduler.placed.get(command.vm);
      return placed === undefined ? NOTHING : [{ type: 'Released', vm: command.vm, host: placed.host }];
    }
  }
}

export const scheduler: Model<Scheduler, SchedulerCommand, SchedulerEvent> = {
  name: 'scheduler',
  events: schedulerEvents,
  initial: emptyScheduler,
  decide,
  evolve,
  react: () => NOTHING,
};
