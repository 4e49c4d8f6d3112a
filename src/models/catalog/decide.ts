import { type Model, NOTHING } from '../../kernel/model.ts';
import {
  type CatalogCommand,
  type CatalogEvent,
  catalogEvents,
  catalogUpcasts,
  catalogVersions,
} from './events.ts';
import { type Catalog, emptyCatalog, evolve } from './state.ts';

function decide(command: CatalogCommand): readonly CatalogEvent[] {
  switch (command.type) {
    case 'flavor':
      return [{ ...command, type: 'FlavorSet' }];
    case 'image':
      return [{ ...command, type: 'ImageSet' }];
    case 'engine':
      return [{ ...command, type: 'EngineSet' }];
    case 'proxy-user':
      return [{ ...command, type: 'ProxyUserSet' }];
    case 'time-sync':
      return [{ ...command, type: 'TimeSyncSet' }];
    case 'template': {
      const roots = command.roots;
      return [
        {
          type: 'TemplateEdited',
          roots: roots.map((root) => root.name),
          from: roots.map((root) => root.from),
          until: roots.map((root) => root.until),
        },
      ];
    }
  }
}

export const catalog: Model<Catalog, CatalogCommand, CatalogEvent> = {
  name: 'catalog',
  versions: catalogVersions,
  upcasts: catalogUpcasts,
  events: catalogEvents,
  initial: emptyCatalog,
  decide,
  evolve,
  react: () => NOTHING,
};
