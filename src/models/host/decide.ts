import { type Model, NOTHING, type Send } from '../../kernel/model.ts';
import { type HostCommand, type HostEvent, hostEvents } from './events.ts';
import { emptyHost, evolve, type Host } from './state.ts';

const up = ({ cores, memory, roles }: Pick<Host, 'cores' | 'memory' | 'roles'>): HostEvent => ({
  type: 'Up',
  cores,
  memory,
  roles,
});

function decide(command: HostCommand, host: Readonly<Host>): readonly HostEvent[] {
  switch (command.type) {
    case 'declare': {
      const { cores, memory, roles, boot, clock, power } = command;
      const declared: HostEvent = { type: 'Declared', cores, memory, roles, boot, clock };
      // A host that runs and is declared anew (in a fork) tells the scheduler its new size.
      return (power === 'on' && host.power === 'off') || host.power === 'on'
        ? [declared, up(command)]
        : [declared];
    }
    case 'power-on':
      return host.power === 'off' || host.power === 'failed'
        ? [{ type: 'Booting', takes: host.boot }]
        : NOTHING;
    case 'booted':
      return host.power === 'booting' ? [up(host)] : NOTHING;
    case 'fail':
      if (host.power === 'off' || host.power === 'failed') return NOTHING;
      return [{ type: 'Failed', why: 'host.failed', words: 'Host is not responding', facts: [] }];
    case 'set-clock':
      return command.clock === host.clock ? NOTHING : [{ type: 'ClockSet', clock: command.clock }];
  }
}

function react(
  event: HostEvent,
  _host: Readonly<Host>,
  stamp: { entity: number },
): readonly Send<HostCommand>[] {
  if (event.type !== 'Booting') return NOTHING;
  return [{ to: stamp.entity, after: event.takes, command: { type: 'booted' }, key: 'boot' }];
}

export const host: Model<Host, HostCommand, HostEvent> = {
  name: 'host',
  events: hostEvents,
  initial: emptyHost,
  decide,
  evolve,
  react,
};
