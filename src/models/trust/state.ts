import type { Stamp } from '../../kernel/model.ts';
import type { Root, TrustEvent } from './events.ts';

export interface Store {
  roots: Map<string, Root>;
  /** The event that filled the store. */
  filledSeq: number;
}

/** The name of a VM image's store. Machines' names, which name their stores, hold no blanks: an image may have one of them. */
export const imageStore = (image: string): string => `image ${image}`;

/** The name of the store that stands for a registry's folder of roots, on a machine or in the store of an image. */
export const folderStore = (of: string, registry: string): string => `certs.d ${of} ${registry}`;

export const emptyStore = (): Store => ({ roots: new Map(), filledSeq: -1 });

export function evolve(store: Store, event: TrustEvent, { seq }: Stamp): void {
  if (event.type !== 'Filled') return;
  store.roots = new Map(
    event.roots.map((name, i) => [
      name,
      { name, from: event.from[i] as number, until: event.until[i] as number },
    ]),
  );
  store.filledSeq = seq;
}
