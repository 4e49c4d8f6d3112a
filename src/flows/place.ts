/** A VM is asked for: quota, then a host, then a disk. A refusal leaves it in ERROR with what it took so far. */
import { assert } from '../base/assert.ts';
import { NOTHING } from '../kernel/model.ts';
import type { Vm } from '../models/vm/state.ts';
import { ask, defineFlow, type Sight } from './flow.ts';

const HOLDER = 'vm/';
const vmOf = (holder: string) => (holder.startsWith(HOLDER) ? holder.slice(HOLDER.length) : undefined);

const specOf = (world: Sight, name: string) => {
  const spec = world.state('vm', name)?.spec;
  assert(spec !== undefined, `${name} was requested before it was placed`);
  return spec;
};

const isCreating = (vm: Readonly<Vm> | undefined) => vm?.power === 'creating';

export const place = defineFlow('place', {
  'vm.Requested': ({ event, name }) => [
    ask('ticket', event.ticket, {
      type: 'consume',
      holder: HOLDER + name,
      keys: [
        'vm',
        `vm.flavor.${event.flavor}`,
        'vm.cpu',
        'vm.memory',
        'ephemeral-disk',
        'ephemeral-disk.capacity',
      ],
      amounts: [1, 1, event.cpu, event.memory, 1, event.imageSize],
    }),
  ],
  'ticket.Consumed': ({ event, world }) => {
    const name = vmOf(event.holder);
    if (name === undefined || !isCreating(world.state('vm', name))) return NOTHING;
    const { cpu, memory } = specOf(world, name);
    return [ask('scheduler', 'root', { type: 'place', vm: name, cpu, memory })];
  },
  'ticket.Refused': ({ event, stamp }) => {
    const name = vmOf(event.holder);
    return name === undefined
      ? NOTHING
      : [ask('vm', name, { type: 'refuse', why: event.why, words: event.words, facts: [stamp.seq] })];
  },
  'scheduler.Placed': ({ event, world }) => {
    const { datastore, image, imageSize } = specOf(world, event.vm);
    return [
      ask('vm', event.vm, { type: 'placed', host: event.host }),
      ask('datastore', datastore, { type: 'clone', vm: event.vm, image, size: imageSize }),
    ];
  },
  'scheduler.Refused': ({ event, stamp }) => [
    ask('vm', event.vm, { type: 'refuse', why: event.why, words: event.words, facts: [stamp.seq] }),
  ],
  'datastore.Declared': ({ event, name }) => [
    ask('fabric', 'net', { type: 'link', link: `datastore/${name}`, rate: event.write * 8 }),
  ],
  'datastore.CopyStarted': ({ event, name }) => [
    ask('fabric', 'net', {
      type: 'start',
      owner: `datastore/${name}`,
      tag: event.image,
      path: [`datastore/${name}`],
      size: event.size,
      cap: 0,
    }),
  ],
  'fabric.Ended': ({ event }) =>
    event.owner.startsWith('datastore/')
      ? [ask('datastore', event.owner.slice('datastore/'.length), { type: 'copied', image: event.tag })]
      : NOTHING,
  'datastore.DiskCloned': ({ event }) => [ask('vm', event.vm, { type: 'disk-ready' })],
  'datastore.CloneRefused': ({ event, stamp }) => [
    ask('vm', event.vm, { type: 'refuse', why: event.why, words: event.words, facts: [stamp.seq] }),
  ],
  'vm.Created': ({ name, world }) => {
    const vm = world.state('vm', name);
    if (vm?.spec?.autostart !== true) return NOTHING;
    const host = world.state('host', vm.host);
    return [ask('vm', name, { type: 'power-on', clock: host?.clock ?? 0, clockSeq: host?.clockSeq ?? -1 })];
  },
  'vm.Deleted': ({ event, name }) => [
    ask('ticket', event.ticket, { type: 'give-back', holder: HOLDER + name }),
    ask('scheduler', 'root', { type: 'release', vm: name }),
  ],
  'ticket.Declared': ({ event, name }) =>
    event.parent === ''
      ? NOTHING
      : [
          ask('ticket', event.parent, {
            type: 'consume',
            holder: `ticket/${name}`,
            keys: event.keys,
            amounts: event.limits,
          }),
        ],
});
