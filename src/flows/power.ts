/** Hosts come and go: the scheduler learns of it, and what ran on a dead host is gone. */
import { NOTHING } from '../kernel/model.ts';
import { ask, defineFlow } from './flow.ts';

export const power = defineFlow('power', {
  'host.Up': ({ event, name }) => [
    ask('scheduler', 'root', {
      type: 'host-up',
      host: name,
      cores: event.cores,
      memory: event.memory,
      roles: event.roles,
    }),
  ],
  'host.Failed': ({ name, stamp, world }) => [
    ask('scheduler', 'root', { type: 'host-down', host: name }),
    ...[...world.each('vm')]
      .filter(([, vm]) => vm.host === name && vm.power !== 'deleted')
      .map(([vm]) => ask('vm', vm, { type: 'host-died', facts: [stamp.seq] })),
  ],
  // A host that fails at this very instant may not have counted the machine among its own.
  'vm.Placed': ({ event, name, world }) => {
    const host = world.state('host', event.host);
    return host === undefined || host.power === 'on'
      ? NOTHING
      : [ask('vm', name, { type: 'host-died', facts: [host.powerSeq] })];
  },
});
