/** The sentences of `expect`. */
import { formatDuration, type Micros } from '../base/units.ts';
import type { Desk } from './desk.ts';
import { isImageName, nearest } from './names.ts';
import { checkNode, nodeNames } from './nodes.ts';
import type { Written } from './schema.ts';
import { choices, quote } from './show.ts';
import type { Path } from './tree.ts';
import type { ActionSpec, ExpectSpec } from './types.ts';

type Claim = ExpectSpec extends infer E
  ? E extends ExpectSpec
    ? Omit<E, 'path' | 'text' | 'by'>
    : never
  : never;

const CLUSTER_STATES = ['ready', 'error', 'deleted'] as const;
const VM_STATES = ['running', 'addressed', 'deleted'] as const;
const MACHINE_STATES = ['addressed', 'unaddressed', 'informed'] as const;
const STATES = { cluster: CLUSTER_STATES, vm: VM_STATES, machine: MACHINE_STATES } as const;
const FORMS = [
  'cluster NAME is ready',
  'vm NAME is running',
  'machine NAME is addressed',
  'node NAME has image IMAGE',
  'fails with CODE',
  'never fails with CODE',
  'nothing fails',
];

/** Expectations in the order written. */
export function resolveExpectations(
  desk: Desk,
  scenario: Pick<Written, 'expect' | 'machines' | 'do'>,
  actions: readonly ActionSpec[],
  until: Micros,
  failures: readonly string[] | undefined,
): readonly ExpectSpec[] {
  const nodes = nodeNames(desk, scenario);
  const names = { ...namesMade(desk, actions), ...machineNames(desk, scenario.machines), node: nodes };
  return (scenario.expect ?? []).flatMap((expectation, index): ExpectSpec[] => {
    const path = ['expect', index];
    const text = desk.need(expectation.that, [...path, 'that'], '', 'nothing fails');
    if (expectation.that === undefined) return [];
    const { by } = expectation;
    if (by !== undefined && by > until) late(desk, [...path, 'by'], until);
    const claim = parseClaim(desk, text.trim().replace(/\s+/g, ' '), [...path, 'that']);
    if (claim === undefined) return [];
    checkWords(desk, claim, [...path, 'that'], names, failures);
    return [{ path: desk.label(path), text, ...(by === undefined ? {} : { by }), ...claim }];
  });
}

function namesMade(
  desk: Desk,
  actions: readonly ActionSpec[],
): { cluster?: readonly string[]; vm?: readonly string[] } {
  if (desk.wasPruned(['do'])) return {};
  return {
    cluster: actions.flatMap((action) => (action.verb === 'create-cluster' ? [action.cluster.name] : [])),
    vm: actions.flatMap((action) => (action.verb === 'create-vm' ? [action.vm.name] : [])),
  };
}

/** Machines that ask for an address or options; of the others there is nothing to expect. */
function machineNames(desk: Desk, machines: Written['machines']): { machine?: readonly string[] } {
  if (desk.wasPruned(['machines'])) return {};
  const asking = Object.entries(machines ?? {}).filter(
    ([, { address = 'dhcp', inform }]) => address === 'dhcp' || inform === true,
  );
  return { machine: asking.map(([name]) => name) };
}

function late(desk: Desk, path: Path, until: Micros): void {
  desk.warning('time.after-until', path, 'this deadline is after the simulation ends', {
    reason: `it ends at ${formatDuration(until)}`,
    help: 'raise `until`, or leave out `by`',
  });
}

function parseClaim(desk: Desk, text: string, path: Path): Claim | undefined {
  if (text === 'nothing fails') return { kind: 'nothing-fails' };
  const failing = /^(never )?fails with ([a-z][a-z0-9-]*(?:\.[a-z0-9-]+)+)$/.exec(text);
  if (failing?.[2] !== undefined)
    return { kind: failing[1] === undefined ? 'fails' : 'never-fails', code: failing[2] };
  const [, node, image = ''] = /^node (\S+) has image (\S+)$/.exec(text) ?? [];
  if (node !== undefined && isImageName(image)) return { kind: 'node', name: node, image };
  const [, thing, name = '', state = ''] = /^(cluster|vm|machine) (\S+) is (\S+)$/.exec(text) ?? [];
  const clusterState = CLUSTER_STATES.find((word) => word === state);
  const vmState = VM_STATES.find((word) => word === state);
  const machineState = MACHINE_STATES.find((word) => word === state);
  if (thing === 'cluster' && clusterState) return { kind: 'cluster', name, state: clusterState };
  if (thing === 'vm' && vmState) return { kind: 'vm', name, state: vmState };
  if (thing === 'machine' && machineState) return { kind: 'machine', name, state: machineState };
  const states = thing === undefined ? undefined : STATES[thing as keyof typeof STATES];
  desk.error('expect.syntax', path, `${quote(text)} is not something that can be expected`, {
    reason:
      states === undefined
        ? 'an expectation is one of a few sentences'
        : `${quote(state)} is not a state of a ${thing}`,
    help: states === undefined ? `write ${choices(FORMS)}` : suggestion(state, states),
  });
  return undefined;
}

function suggestion(word: string, words: readonly string[]): string {
  const close = nearest(word, words);
  return close === undefined ? `write ${choices(words)}` : `did you mean ${quote(close)}?`;
}

function checkWords(
  desk: Desk,
  claim: Claim,
  path: Path,
  names: Readonly<Partial<Record<'cluster' | 'vm' | 'machine' | 'node', readonly string[] | undefined>>>,
  failures: readonly string[] | undefined,
): void {
  if (claim.kind === 'node') checkNode(desk, claim.name, path, names.node);
  else if (claim.kind === 'cluster' || claim.kind === 'vm' || claim.kind === 'machine')
    desk.known(claim.kind, claim.name, path, names[claim.kind]);
  else if (claim.kind !== 'nothing-fails' && failures !== undefined)
    desk.known('failure', claim.code, path, failures);
}
