import { expandRange } from "./names.js";
import { joinedKeys, parsePath } from "./path.js";
import { entryOf, placeAt } from "./tree.js";
/** The place of the path, or of its nearest ancestor that was written. Undefined when it is not a path. */
export function locate(tree, text) {
    const steps = parsePath(text);
    if (steps === undefined)
        return undefined;
    const path = [];
    let here = tree;
    let at = 0;
    while (at < steps.length) {
        const next = stepInto(here, steps, at);
        if (next === undefined)
            return { place: placeAt(tree, path), exact: false };
        path.push(next.step);
        here = next.tree;
        at = next.next;
    }
    return { place: placeAt(tree, path), exact: true };
}
function stepInto(tree, steps, at) {
    const step = steps[at];
    if (step === undefined)
        return undefined;
    if ('index' in step) {
        const item = tree.kind === 'list' ? tree.items[step.index] : undefined;
        return item === undefined ? undefined : { step: step.index, next: at + 1, tree: item };
    }
    for (const { key, next } of joinedKeys(steps, at)) {
        const entry = entryOf(tree, key);
        if (entry !== undefined)
            return { step: key, next, tree: entry.value };
    }
    return member(tree, step.key, at);
}
/** A range stands for the first of its members that still has it as its own key. */
function member(tree, key, at) {
    const range = expandRange(key);
    if (tree.kind !== 'map' || !range.ok || range.names.length < 2)
        return undefined;
    const entries = range.names.map((name) => ({ name, entry: tree.entries.get(name) }));
    const found = entries.find(({ entry }) => entry?.written === key) ?? entries.find(({ entry }) => entry !== undefined);
    return found?.entry === undefined ? undefined : { step: found.name, next: at + 1, tree: found.entry.value };
}
