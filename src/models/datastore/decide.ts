import { type Model, NOTHING } from '../../kernel/model.ts';
import { type DatastoreCommand, type DatastoreEvent, datastoreEvents } from './events.ts';
import { type Datastore, emptyDatastore, evolve } from './state.ts';

function clone(
  vm: string,
  image: string,
  size: number,
  datastore: Readonly<Datastore>,
): readonly DatastoreEvent[] {
  if (datastore.present.has(image)) return [{ type: 'DiskCloned', image, vm }];
  if (datastore.copying.has(image)) return [{ type: 'CopyAwaited', image, vm }];
  if (datastore.used + size > datastore.capacity) {
    return [
      {
        type: 'CloneRefused',
        vm,
        why: 'datastore.full',
        words: 'NotEnoughDatastoreCapacity',
        facts: [datastore.declaredSeq],
      },
    ];
  }
  return [{ type: 'CopyStarted', image, size, vm }];
}

function decide(command: DatastoreCommand, datastore: Readonly<Datastore>): readonly DatastoreEvent[] {
  switch (command.type) {
    case 'declare': {
      const { capacity, write, hosts } = command;
      return [{ type: 'Declared', capacity, write, hosts }];
    }
    case 'clone':
      return clone(command.vm, command.image, command.size, datastore);
    case 'copied': {
      const { image } = command;
      const copy = datastore.copying.get(image);
      if (copy === undefined) return NOTHING;
      return [
        { type: 'ImageCopied', image, size: copy.size },
        ...copy.waiting.map((vm): DatastoreEvent => ({ type: 'DiskCloned', image, vm })),
      ];
    }
  }
}

export const datastore: Model<Datastore, DatastoreCommand, DatastoreEvent> = {
  name: 'datastore',
  events: datastoreEvents,
  initial: emptyDatastore,
  decide,
  evolve,
  react: () => NOTHING,
};
