import type { Bytes, Micros } from '../../base/units.ts';
import type { Stamp } from '../../kernel/model.ts';
import type { CatalogEvent, Engine, TemplateRoot } from './events.ts';

export interface Catalog {
  flavors: Map<string, { cpu: number; memory: Bytes }>;
  images: Map<string, { size: Bytes; preloaded: readonly string[] }>;
  /** How machines of an image pull, where that was said. */
  engines: Map<string, Omit<Engine, 'image'>>;
  /** Who machines of an image say they are to a proxy, where that was said, and the event that did. */
  proxyUsers: Map<string, { readonly user: string; readonly seq: number }>;
  /** How long after they have an address machines of an image set their clocks right, where they do, and the event that said so. */
  timeSyncs: Map<string, { readonly after: Micros; readonly seq: number }>;
  template: readonly TemplateRoot[];
  templateSeq: number;
}

export const emptyCatalog = (): Catalog => ({
  flavors: new Map(),
  images: new Map(),
  engines: new Map(),
  proxyUsers: new Map(),
  timeSyncs: new Map(),
  template: [],
  templateSeq: -1,
});

export function evolve(catalog: Catalog, event: CatalogEvent, { seq }: Stamp): void {
  switch (event.type) {
    case 'FlavorSet':
      catalog.flavors.set(event.flavor, { cpu: event.cpu, memory: event.memory });
      return;
    case 'ImageSet':
      catalog.images.set(event.image, { size: event.size, preloaded: event.preloaded });
      return;
    case 'EngineSet': {
      const { image, client, ownRoots, insecure, mirror } = event;
      catalog.engines.set(image, { client, ownRoots, insecure, mirror });
      return;
    }
    case 'ProxyUserSet':
      catalog.proxyUsers.set(event.image, { user: event.user, seq });
      return;
    case 'TimeSyncSet':
      catalog.timeSyncs.set(event.image, { after: event.after, seq });
      return;
    case 'TemplateEdited':
      catalog.template = event.roots.map((name, i) => ({
        name,
        from: event.from[i] as number,
        until: event.until[i] as number,
      }));
      catalog.templateSeq = seq;
      return;
  }
}
