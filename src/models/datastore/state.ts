import type { Bytes } from '../../base/units.ts';
import type { Stamp } from '../../kernel/model.ts';
import type { DatastoreEvent } from './events.ts';

export interface Datastore {
  capacity: Bytes;
  used: Bytes;
  write: number;
  hosts: readonly string[];
  declaredSeq: number;
  present: Set<string>;
  /** Copies under way, with the VMs that wait for each. */
  copying: Map<string, { size: Bytes; waiting: string[] }>;
}

export const emptyDatastore = (): Datastore => ({
  capacity: 0,
  used: 0,
  write: 0,
  hosts: [],
  declaredSeq: -1,
  present: new Set(),
  copying: new Map(),
});

export function evolve(datastore: Datastore, event: DatastoreEvent, stamp: Stamp): void {
  switch (event.type) {
    case 'Declared':
      datastore.capacity = event.capacity;
      datastore.write = event.write;
      datastore.hosts = event.hosts;
      datastore.declaredSeq = stamp.seq;
      return;
    case 'CopyStarted':
      datastore.copying.set(event.image, { size: event.size, waiting: [event.vm] });
      datastore.used += event.size;
      return;
    case 'CopyAwaited':
      datastore.copying.get(event.image)?.waiting.push(event.vm);
      return;
    case 'ImageCopied':
      datastore.copying.delete(event.image);
      datastore.present.add(event.image);
      return;
    case 'DiskCloned':
    case 'CloneRefused':
      return;
  }
}
