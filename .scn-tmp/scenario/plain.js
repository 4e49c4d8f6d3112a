/** Trees as plain data. Maps have no prototype, so no key of a user can reach anything that is not theirs. */
import { isOwnKey } from "./names.js";
import { childOf, mapKind } from "./schema-walk.js";
import { wellFormed } from "./show.js";
import { isNothing } from "./tree.js";
/** An empty map without a prototype. */
export function plainMap() {
    return Object.create(null);
}
/** Everything that was written, also what means nothing. */
export function plainOf(tree) {
    if (tree.kind === 'scalar')
        return typeof tree.value === 'string' ? wellFormed(tree.value) : tree.value;
    if (tree.kind === 'list')
        return tree.items.map(plainOf);
    const plain = plainMap();
    for (const [key, entry] of tree.entries)
        plain[key] = plainOf(entry.value);
    return plain;
}
/** What the schema should look at: without the user's own keys and without keys that have no value. */
export function meaningOf(tree, schema) {
    if (tree.kind === 'scalar')
        return plainOf(tree);
    if (tree.kind === 'list')
        return tree.items.map((item, index) => meaningOf(item, childOf(schema, index)));
    const plain = plainMap();
    for (const [key, { value }] of tree.entries) {
        if (isOwnKey(key))
            continue;
        const child = childOf(schema, key);
        if (!isNothing(value))
            plain[key] = meaningOf(value, child);
        else if (mapKind(schema) === 'named' && mapKind(child) !== undefined)
            plain[key] = plainMap();
    }
    return plain;
}
