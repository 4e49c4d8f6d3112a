/** Whether nothing is written there: `key:` without a value is as good as no key. */
export function isNothing(tree) {
    return tree === undefined || (tree.kind === 'scalar' && tree.value === null);
}
/** The map's value at the key, if the tree is a map that has it. */
export function entryOf(tree, key) {
    return tree?.kind === 'map' ? tree.entries.get(key) : undefined;
}
/** The tree at the path, or undefined. */
export function find(tree, path) {
    let here = tree;
    for (const step of path)
        here = stepInto(here, step)?.value;
    return here;
}
/** Where the value at the path was written: of a scalar its text, of a map or list its key. Ancestors stand in. */
export function placeAt(tree, path) {
    let here = tree;
    let place = tree.place;
    for (const step of path) {
        const next = stepInto(here, step);
        if (next === undefined)
            break;
        here = next.value;
        place = here.kind === 'scalar' && here.value !== null ? here.place : (next.key ?? here.place);
    }
    return place;
}
/** Where the last key of the path was written, or undefined when it was not. */
export function keyPlaceAt(tree, path) {
    const parent = find(tree, path.slice(0, -1));
    const last = path.at(-1);
    return last === undefined || parent === undefined ? undefined : stepInto(parent, last)?.key;
}
/** Deep merge: maps are joined key by key, everything else is replaced; nothing written replaces nothing. */
export function refine(base, over) {
    if (base === undefined)
        return over;
    if (isNothing(over))
        return base;
    if (base.kind !== 'map' || over.kind !== 'map')
        return over;
    const entries = new Map(base.entries);
    for (const [key, entry] of over.entries) {
        entries.set(key, { ...entry, value: refine(entries.get(key)?.value, entry.value) });
    }
    return { ...over, entries };
}
function stepInto(tree, step) {
    if (typeof step === 'string')
        return entryOf(tree, step);
    const item = tree?.kind === 'list' ? tree.items[step] : undefined;
    return item === undefined ? undefined : { value: item };
}
