/** Small runs of machines, servers and what joins their segments, told step by step. */
import type { Replayed } from '../../../src/kernel/engine.ts';
import type { CommandOf, ModelName } from '../../../src/models/index.ts';
import { makeEngine } from '../../../src/run/program.ts';
import { ip } from '../capture/made.ts';
import { eavesdrop } from './eavesdrop.ts';

export type Step = (ask: Ask) => void;
export type Ask = <M extends ModelName>(model: M, name: string, command: CommandOf<M>, due?: number) => void;
type Configure = Extract<CommandOf<'dhcp'>, { type: 'configure' }>;
type Declare = Extract<CommandOf<'relay'>, { type: 'declare' }>;

export const SECOND = 1_000_000;

export const segment =
  (name: string, network: string): Step =>
  (ask) =>
    ask('segment', name, {
      type: 'declare',
      network: ip(network),
      prefix: 24,
      gateway: ip(network) + 1,
      vlan: 0,
    });

/** A server at .2 of its network that hands out .10 and so on. */
export const server =
  (name: string, network: string, more: Partial<Configure> & { count?: number } = {}): Step =>
  (ask) => {
    const { count = 2, ...given } = more;
    const base = ip(network);
    ask('dhcp', name, {
      type: 'configure',
      segment: 'lan',
      enabled: true,
      software: 'kea',
      addresses: [base + 2],
      network: base,
      prefix: 24,
      router: base + 1,
      ranges: [base + 10, base + 9 + count],
      settings: {},
      ...given,
    });
  };

export const client =
  (
    name: string,
    due: number,
    program: 'dhclient' | 'udhcpc' | 'dhcpcd' | 'networkd' = 'udhcpc',
    settings = {},
  ): Step =>
  (ask) => {
    const mac = `00:50:56:80:00:0${name.at(-1)}`;
    ask(
      'dhcp-client',
      name,
      { type: 'start', segment: 'lan', program, holder: `machine/${name}`, mac, settings },
      due,
    );
  };

export const squatter =
  (address: string, due = 0): Step =>
  (ask) =>
    ask(
      'segment',
      'lan',
      { type: 'claim', address: ip(address), holder: 'machine/old', how: 'static', facts: [] },
      due,
    );

export const relay =
  (more: Partial<Declare> = {}): Step =>
  (ask) =>
    ask('relay', 'r1', {
      type: 'declare',
      near: 'lan',
      far: 'dc',
      nearAddress: ip('10.0.0.1'),
      farAddress: ip('10.9.0.1'),
      servers: [ip('10.9.0.2')],
      option82: true,
      delayToServer: 0,
      delayToClient: 0,
      losses: [],
      enabled: true,
      ...more,
    });

/** The events of a run of so many seconds. */
export function run(seconds: number, ...steps: readonly Step[]): readonly Replayed[] {
  const engine = makeEngine({ seed: 'export', ties: 0, bounds: {} });
  const events = eavesdrop(engine);
  const ask: Ask = (model, name, command, due = 0) =>
    engine.ask([{ to: `${model}/${name}`, due, command: command as never, path: 'test', file: '', line: 0 }]);
  for (const step of steps) step(ask);
  engine.run(seconds * SECOND);
  return events;
}
