import { expandRange, RANGE_LIMIT } from "./names.js";
import { quote } from "./show.js";
import { refine } from "./tree.js";
/** Joins a file's hosts onto those below it, one entry per host. */
export function joinHosts(base, over, issues) {
    if (over.kind !== 'map')
        return refine(base, over);
    const entries = new Map(base?.kind === 'map' ? base.entries : []);
    const own = new Map();
    for (const [key, entry] of over.entries) {
        const expansion = expandRange(key);
        if (!expansion.ok) {
            const { message, help } = expansion;
            issues.error('value.range', message, {
                place: entry.key,
                reason: 'a range counts up from its first number',
                help,
            });
            continue;
        }
        for (const name of expansion.names) {
            if (expansion.names.length > 1 && own.has(name)) {
                meets(name, entry, own.get(name), issues);
                break;
            }
            const value = refine(entries.get(name)?.value, entry.value);
            entries.set(name, { ...entry, value });
            own.set(name, entry);
            if (entries.size > RANGE_LIMIT)
                return tooMany(over, entry, issues);
        }
    }
    return { ...over, entries };
}
function meets(name, entry, first, issues) {
    issues.error('name.duplicate', `the range makes ${quote(name)}, which exists already`, {
        place: entry.key,
        reason: `${quote(first.written)} on line ${first.key.line} made it`,
        help: 'let ranges not overlap; refine a single host by its plain name, after the range',
    });
}
function tooMany(over, entry, issues) {
    issues.error('value.range', `there are more than ${RANGE_LIMIT} hosts`, {
        place: entry.key,
        reason: 'a simulation of more hosts would not end in a useful time',
        help: `describe at most ${RANGE_LIMIT} hosts`,
    });
    return { kind: 'map', place: over.place, entries: new Map() };
}
