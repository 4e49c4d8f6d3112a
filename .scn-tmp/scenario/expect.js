/** The sentences of `expect`. */
import { formatDuration } from "../base/units.js";
import { nearest } from "./names.js";
import { choices, quote } from "./show.js";
const CLUSTER_STATES = ['ready', 'error', 'deleted'];
const VM_STATES = ['running', 'addressed', 'deleted'];
const FORMS = [
    'cluster NAME is ready',
    'vm NAME is running',
    'fails with CODE',
    'never fails with CODE',
    'nothing fails',
];
/** Expectations in the order written. */
export function resolveExpectations(desk, written, actions, until, failures) {
    const names = namesMade(desk, actions);
    return (written ?? []).flatMap((expectation, index) => {
        const path = ['expect', index];
        const text = desk.need(expectation.that, [...path, 'that'], '', 'nothing fails');
        if (expectation.that === undefined)
            return [];
        const { by } = expectation;
        if (by !== undefined && by > until)
            late(desk, [...path, 'by'], until);
        const claim = parseClaim(desk, text.trim().replace(/\s+/g, ' '), [...path, 'that']);
        if (claim === undefined)
            return [];
        checkWords(desk, claim, [...path, 'that'], names, failures);
        return [{ path: desk.label(path), text, ...(by === undefined ? {} : { by }), ...claim }];
    });
}
function namesMade(desk, actions) {
    if (desk.wasPruned(['do']))
        return {};
    return {
        cluster: actions.flatMap((action) => (action.verb === 'create-cluster' ? [action.cluster.name] : [])),
        vm: actions.flatMap((action) => (action.verb === 'create-vm' ? [action.vm.name] : [])),
    };
}
function late(desk, path, until) {
    desk.warning('time.after-until', path, 'this deadline is after the simulation ends', {
        reason: `it ends at ${formatDuration(until)}`,
        help: 'raise `until`, or leave out `by`',
    });
}
function parseClaim(desk, text, path) {
    if (text === 'nothing fails')
        return { kind: 'nothing-fails' };
    const failing = /^(never )?fails with ([a-z][a-z0-9-]*(?:\.[a-z0-9-]+)+)$/.exec(text);
    if (failing?.[2] !== undefined)
        return { kind: failing[1] === undefined ? 'fails' : 'never-fails', code: failing[2] };
    const [, thing, name = '', state = ''] = /^(cluster|vm) (\S+) is (\S+)$/.exec(text) ?? [];
    const clusterState = CLUSTER_STATES.find((word) => word === state);
    const vmState = VM_STATES.find((word) => word === state);
    if (thing === 'cluster' && clusterState)
        return { kind: 'cluster', name, state: clusterState };
    if (thing === 'vm' && vmState)
        return { kind: 'vm', name, state: vmState };
    const states = thing === undefined ? undefined : thing === 'cluster' ? CLUSTER_STATES : VM_STATES;
    desk.error('expect.syntax', path, `${quote(text)} is not something that can be expected`, {
        reason: states === undefined
            ? 'an expectation is one of a few sentences'
            : `${quote(state)} is not a state of a ${thing}`,
        help: states === undefined ? `write ${choices(FORMS)}` : suggestion(state, states),
    });
    return undefined;
}
function suggestion(word, words) {
    const close = nearest(word, words);
    return close === undefined ? `write ${choices(words)}` : `did you mean ${quote(close)}?`;
}
function checkWords(desk, claim, path, names, failures) {
    if (claim.kind === 'cluster' || claim.kind === 'vm')
        desk.known(claim.kind, claim.name, path, names[claim.kind]);
    else if (claim.kind !== 'nothing-fails' && failures !== undefined)
        desk.known('failure', claim.code, path, failures);
}
