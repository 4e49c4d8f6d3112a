import { type Model, NOTHING } from '../../kernel/model.ts';
import { type RegistryCommand, type RegistryEvent, registryEvents } from './events.ts';
import { emptyRegistry, evolve, type Registry } from './state.ts';

function decide(command: RegistryCommand, registry: Readonly<Registry>): readonly RegistryEvent[] {
  switch (command.type) {
    case 'declare':
      return [{ ...command, type: 'Declared' }];
    case 'publish':
      return [{ ...command, type: 'Published' }];
    case 'manifest': {
      const { image, asker } = command;
      const found = registry.images.get(image);
      if (found !== undefined) return [{ type: 'Served', image, asker, ...found }];
      const words = `manifest for ${image} not found: manifest unknown: manifest unknown`;
      return [
        { type: 'Missing', image, asker, why: 'image.not-found', words, facts: [registry.declaredSeq] },
      ];
    }
  }
}

export const registry: Model<Registry, RegistryCommand, RegistryEvent> = {
  name: 'registry',
  events: registryEvents,
  initial: emptyRegistry,
  decide,
  evolve,
  react: () => NOTHING,
};
