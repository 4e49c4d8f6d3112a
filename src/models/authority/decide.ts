import { type Model, NOTHING } from '../../kernel/model.ts';
import { type AuthorityCommand, type AuthorityEvent, authorityEvents } from './events.ts';
import { type Authority, emptyAuthority, evolve } from './state.ts';

export const authority: Model<Authority, AuthorityCommand, AuthorityEvent> = {
  name: 'authority',
  events: authorityEvents,
  initial: emptyAuthority,
  decide: (command) => [{ ...command, type: 'Declared' }],
  evolve,
  react: () => NOTHING,
};
