import { formatAddress } from "./address.js";
import { expandRange, isOwnKey, isPattern, matchesGlob, nearest } from "./names.js";
import { formatPath } from "./path.js";
import { choices, quote } from "./show.js";
import { entryOf, find, keyPlaceAt, placeAt } from "./tree.js";
/** Kinds of things that are declared in one section and named in others. */
const SECTIONS = {
    host: ['hosts'],
    datastore: ['datastores'],
    network: ['networks'],
    root: ['pki', 'roots'],
    flavor: ['platform', 'flavors'],
    tenant: ['platform', 'tenants'],
};
/** The desk of the checks that come after the shape is right. */
export class Desk {
    tree;
    issues;
    #pruned;
    #names = new Map();
    constructor(tree, issues, pruned) {
        this.tree = tree;
        this.issues = issues;
        this.#pruned = pruned;
    }
    error(code, path, message, more) {
        this.issues.error(code, message, { place: placeAt(this.tree, path), ...more });
    }
    warning(code, path, message, more) {
        this.issues.warning(code, message, { place: placeAt(this.tree, path), ...more });
    }
    keyPlace(path) {
        return keyPlaceAt(this.tree, path) ?? placeAt(this.tree, path);
    }
    /** The keys of the map at the path, in the order written. */
    keysAt(path) {
        const tree = find(this.tree, path);
        return tree?.kind === 'map' ? [...tree.entries.keys()] : [];
    }
    /** The path as the scenario shows it, with a host of a range under the range. */
    label(path) {
        const [section, name, ...rest] = path;
        if (section !== 'hosts' || typeof name !== 'string')
            return formatPath(path);
        return formatPath([section, entryOf(find(this.tree, ['hosts']), name)?.written ?? name, ...rest]);
    }
    /** Whether a part was wrong and left out, so that its absence is no further mistake. */
    wasPruned(path) {
        for (let end = path.length; end > 0; end -= 1) {
            if (this.#pruned.has(formatPath(path.slice(0, end))))
                return true;
        }
        return false;
    }
    /** Whether some part of it was wrong and left out. */
    lostParts(path) {
        const prefix = `${formatPath(path)}.`;
        return [...this.#pruned].some((pruned) => pruned.startsWith(prefix));
    }
    /** The value, or the stand-in and an issue when it was not written. */
    need(value, path, standIn, example) {
        if (value !== undefined)
            return value;
        if (this.wasPruned(path))
            return standIn;
        const parent = path.slice(0, -1);
        const key = String(path.at(-1));
        const owner = parent.length === 0 ? 'the scenario' : quote(formatPath(parent));
        this.error('key.missing', parent, `${owner} has no ${quote(key)}`, {
            reason: `there is no default for ${quote(key)}`,
            help: `write \`${key}: ${example}\``,
        });
        return standIn;
    }
    /** The names that a section declares; undefined when the section was wrong and nobody knows. */
    names(kind, container = SECTIONS[kind], extra = []) {
        const key = formatPath(container);
        if (!this.#names.has(key))
            this.#names.set(key, this.#collect(container, extra));
        return this.#names.get(key);
    }
    #collect(container, extra) {
        if (this.wasPruned(container))
            return undefined;
        const section = find(this.tree, container);
        const keys = section?.kind === 'map' ? [...section.entries.keys()].filter((key) => !isOwnKey(key)) : [];
        return [...extra, ...keys];
    }
    /** Checks that the name is declared. True when it is, or when nobody can know. */
    known(kind, name, path, names) {
        if (names === undefined || names.includes(name))
            return true;
        this.error('name.unknown', path, `there is no ${kind} ${quote(name)}`, {
            reason: 'every name that is used must be declared',
            help: this.#suggest(kind, name, names),
        });
        return false;
    }
    /** Checks a reference to something of a kind that has its own section. */
    refer(kind, name, path, extra = []) {
        return this.known(kind, name, path, this.names(kind, SECTIONS[kind], extra));
    }
    /** The names of a kind that a name, a glob or a range stands for, in the order of their declaration. */
    select(kind, pattern, path) {
        const names = this.names(kind);
        if (names === undefined)
            return [];
        if (!isPattern(pattern))
            return this.refer(kind, pattern, path) && names.includes(pattern) ? [pattern] : [];
        if (!pattern.includes('*')) {
            const range = expandRange(pattern);
            return range.ok
                ? range.names.filter((name) => this.refer(kind, name, path))
                : this.#badRange(range, path);
        }
        const fitting = names.filter((name) => matchesGlob(pattern, name));
        if (fitting.length > 0)
            return fitting;
        this.error('name.unknown', path, `no ${kind} fits ${quote(pattern)}`, {
            reason: 'a pattern that fits nothing is a mistake',
            help: names.length === 0 ? `declare a ${kind}` : `there is ${choices(names.slice(0, 12), 'and')}`,
        });
        return [];
    }
    #badRange(range, path) {
        this.error('value.range', path, range.message, { reason: 'a range counts up', help: range.help });
        return [];
    }
    #suggest(kind, name, names) {
        if (isOwnKey(name))
            return `keys that begin with x- are your own and declare nothing: rename the ${kind}`;
        const close = this.issues.list.length > 200 ? undefined : nearest(name, names);
        if (close !== undefined)
            return `did you mean ${quote(close)}?`;
        return names.length === 0 ? `declare a ${kind} first` : `there is ${choices(names.slice(0, 12), 'and')}`;
    }
}
/** An address in a message. */
export function shownAddress(address) {
    return quote(formatAddress(address));
}
