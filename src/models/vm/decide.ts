import { lognormal } from '../../base/chance.ts';
import { type Micros, nearest, SECOND } from '../../base/units.ts';
import { type Context, type Model, NEVER, NOTHING, type Send, type Stamp } from '../../kernel/model.ts';
import { type GuestPhase, type VmCommand, type VmEvent, vmEvents } from './events.ts';
import { CLOCK, emptyVm, evolve, type Vm } from './state.ts';

/** Registering a VM with its linked clone. Assumed: the sources carry no duration (facts/photon-and-vdvs.md 9.4). */
const REGISTER: Micros = 4 * SECOND;
/** Stopping and deleting a VM. Assumed. */
const REMOVE: Micros = 6 * SECOND;
/** Power-on to the network phase: median and 95th percentile. Assumed, as in the worked example of facts/ux-and-deps.md 3.6. */
const BOOT_MEDIAN: Micros = 42 * SECOND;
const BOOT_P95: Micros = 80 * SECOND;
/** How the boot time divides over the phases before the network. Assumed. */
const SHARES: readonly (readonly [GuestPhase, number])[] = [
  ['kernel', 0.2],
  ['services', 0.5],
  ['network', 1],
];

function decide(command: VmCommand, vm: Readonly<Vm>, context: Context): readonly VmEvent[] {
  switch (command.type) {
    case 'create':
      return vm.power === 'none' || vm.power === 'deleted' ? [{ ...command, type: 'Requested' }] : NOTHING;
    case 'placed':
      return vm.power === 'creating' ? [{ type: 'Placed', host: command.host }] : NOTHING;
    case 'disk-ready':
      return vm.power === 'creating' ? [{ type: 'DiskReady' }] : NOTHING;
    case 'registered':
      return vm.power === 'creating' ? [{ type: 'Created' }] : NOTHING;
    case 'refuse': {
      const { why, words, facts } = command;
      return vm.power === 'creating' ? [{ type: 'Failed', why, words, facts }] : NOTHING;
    }
    case 'power-on': {
      if (vm.power !== 'stopped') return NOTHING;
      const boot = nearest(lognormal(context.draw('boot'), BOOT_MEDIAN, BOOT_P95));
      return [{ type: 'PoweredOn', boot, clock: command.clock, facts: [command.clockSeq] }];
    }
    case 'guest':
      return vm.power === 'started' ? [{ type: 'GuestReached', phase: command.phase }] : NOTHING;
    case 'addressed':
      if (vm.power !== 'started' || vm.address === command.address) return NOTHING;
      return [{ type: 'Addressed', address: command.address, network: vm.spec?.network ?? '' }];
    case 'unaddressed':
      return vm.address < 0 ? NOTHING : [{ type: 'AddressLost', address: vm.address }];
    case 'set-clock':
      return vm.power !== 'started' || vm.clock === 0
        ? NOTHING
        : [{ type: 'ClockStepped', by: -vm.clock, facts: command.facts }];
    case 'host-died': {
      if (vm.power !== 'started' && vm.power !== 'stopped' && vm.power !== 'creating') return NOTHING;
      return [
        {
          type: 'Lost',
          why: 'host.failed',
          words: `${context.name} went down with its host`,
          facts: command.facts,
        },
      ];
    }
    case 'delete':
      return vm.power === 'none' || vm.power === 'deleting' || vm.power === 'deleted'
        ? NOTHING
        : [{ type: 'Deleting' }];
    case 'removed': {
      if (vm.power !== 'deleting' || vm.spec === undefined) return NOTHING;
      const { ticket, cpu, memory, network } = vm.spec;
      return [{ type: 'Deleted', ticket, cpu, memory, network }];
    }
  }
}

/** Every timer of a VM has a key, so that a life that ends takes its timers along. */
const TIMERS = ['register', 'remove', CLOCK, ...SHARES.map(([phase]) => `guest ${phase}`)];

function react(event: VmEvent, _vm: Readonly<Vm>, { entity: to }: Stamp): readonly Send<VmCommand>[] {
  const withdrawn = () =>
    TIMERS.map((key) => ({ to, after: NEVER, command: { type: 'removed' } as const, key }));
  switch (event.type) {
    case 'DiskReady':
      return [{ to, after: REGISTER, command: { type: 'registered' }, key: 'register' }];
    case 'PoweredOn':
      return SHARES.map(([phase, share]) => ({
        to,
        after: Math.round(event.boot * share),
        command: { type: 'guest', phase },
        key: `guest ${phase}`,
      }));
    case 'Deleting':
      return [...withdrawn(), { to, after: REMOVE, command: { type: 'removed' }, key: 'remove' }];
    case 'Failed':
    case 'Lost':
      return withdrawn();
    default:
      return NOTHING;
  }
}

export const vm: Model<Vm, VmCommand, VmEvent> = {
  name: 'vm',
  events: vmEvents,
  initial: emptyVm,
  decide,
  evolve,
  react,
};
