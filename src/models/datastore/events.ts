/** Datastores: which images are on them, and the copies that bring one there on the path of a VM's creation. */
import type { Bytes } from '../../base/units.ts';
import type { Shapes } from '../../base/wire.ts';

export type DatastoreCommand =
  | {
      readonly type: 'declare';
      readonly capacity: Bytes;
      readonly write: number;
      readonly hosts: readonly string[];
    }
  | { readonly type: 'clone'; readonly vm: string; readonly image: string; readonly size: Bytes }
  | { readonly type: 'copied'; readonly image: string };

export type DatastoreEvent =
  | {
      readonly type: 'Declared';
      readonly capacity: Bytes;
      readonly write: number;
      readonly hosts: readonly string[];
    }
  /** The image is not here yet: the agent copies it first ("lazy copy"). */
  | { readonly type: 'CopyStarted'; readonly image: string; readonly size: Bytes; readonly vm: string }
  /** Another VM already waits for the same copy. */
  | { readonly type: 'CopyAwaited'; readonly image: string; readonly vm: string }
  | { readonly type: 'ImageCopied'; readonly image: string; readonly size: Bytes }
  /** A boot disk was made as a linked clone of the image. */
  | { readonly type: 'DiskCloned'; readonly image: string; readonly vm: string }
  | {
      readonly type: 'CloneRefused';
      readonly vm: string;
      readonly why: 'datastore.full';
      readonly words: string;
      readonly facts: readonly number[];
    };

export const datastoreEvents: Shapes<DatastoreEvent> = {
  Declared: { capacity: 'int', write: 'int', hosts: 'texts' },
  CopyStarted: { image: 'text', size: 'int', vm: 'text' },
  CopyAwaited: { image: 'text', vm: 'text' },
  ImageCopied: { image: 'text', size: 'int' },
  DiskCloned: { image: 'text', vm: 'text' },
  CloneRefused: { vm: 'text', why: 'text', words: 'text', facts: 'seqs' },
};
