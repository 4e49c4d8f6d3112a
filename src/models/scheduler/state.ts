import type { Bytes } from '../../base/units.ts';
import type { Stamp } from '../../kernel/model.ts';
import type { SchedulerEvent } from './events.ts';

/** A host that takes VMs, and what is configured on it. */
export interface Room {
  cores: number;
  memory: Bytes;
  usedCpu: number;
  usedMemory: Bytes;
  /** The event that last changed its use. */
  seq: number;
}

export interface Scheduler {
  rooms: Map<string, Room>;
  placed: Map<string, { host: string; cpu: number; memory: Bytes }>;
  /** The last host that went away. */
  removedSeq: number;
}

export const emptyScheduler = (): Scheduler => ({ rooms: new Map(), placed: new Map(), removedSeq: -1 });

export function evolve(scheduler: Scheduler, event: SchedulerEvent, stamp: Stamp): void {
  switch (event.type) {
    case 'HostAdded': {
      const { cores, memory, usedCpu, usedMemory } = event;
      scheduler.rooms.set(event.host, { cores, memory, usedCpu, usedMemory, seq: stamp.seq });
      return;
    }
    case 'HostRemoved':
      scheduler.rooms.delete(event.host);
      scheduler.removedSeq = stamp.seq;
      return;
    case 'Placed': {
      const room = scheduler.rooms.get(event.host);
      scheduler.placed.set(event.vm, { host: event.host, cpu: event.cpu, memory: event.memory });
      if (room === undefined) return;
      room.usedCpu += event.cpu;
      room.usedMemory += event.memory;
      room.seq = stamp.seq;
      return;
    }
    case 'Released': {
      const placed = scheduler.placed.get(event.vm);
      const room = scheduler.rooms.get(event.host);
      scheduler.placed.delete(event.vm);
      if (room === undefined || placed === undefined) return;
      room.usedCpu -= placed.cpu;
      room.usedMemory -= placed.memory;
      room.seq = stamp.seq;
      return;
    }
    case 'Refused':
      return;
  }
}
