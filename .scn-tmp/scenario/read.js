/** The front door: files in, a checked scenario or the list of its mistakes out. */
import { Issues } from "../base/issue.js";
import { Desk } from "./desk.js";
import { Layers } from "./layers.js";
import { locate } from "./locate.js";
import { isName } from "./names.js";
import { plainOf } from "./plain.js";
import { resolveScenario } from "./resolve.js";
import { shapeOf } from "./shape.js";
/** More issues than this are counted, not listed. */
const ISSUE_LIMIT = 20;
/** Reads and checks a scenario. Never throws for anything a file can contain. */
export function readScenario(request) {
    const issues = new Issues();
    const layers = new Layers(request.readText, issues);
    const tree = joined(layers, request);
    const scenario = tree === undefined ? undefined : check(tree, issues, request);
    const list = sorted(issues.list, layers.sources);
    if (tree === undefined || scenario === undefined || issues.failed) {
        return { ok: false, issues: limited(list), sources: layers.sources };
    }
    return {
        ok: true,
        checked: {
            scenario,
            issues: limited(list),
            sources: layers.sources,
            place: (path) => locate(tree, path)?.place,
            origin: (path) => originOf(tree, path),
            merged: plainOf(tree),
        },
    };
}
function joined(layers, request) {
    let tree = layers.scenario(request.file);
    for (const overlay of request.overlays ?? [])
        tree = tree && layers.overlay(tree, overlay);
    const { sets = [] } = request;
    return tree !== undefined && sets.length > 0 ? layers.sets(tree, sets) : tree;
}
function check(tree, issues, request) {
    const shaped = shapeOf(tree, issues);
    if (shaped === undefined)
        return undefined;
    const desk = new Desk(tree, issues, shaped.pruned);
    return resolveScenario(desk, shaped.written, nameOfFile(request.file), request.words ?? {});
}
/** The name of the file without folder and ending, when it can be a name. */
function nameOfFile(file) {
    const base = file.split(/[/\\]/).at(-1) ?? '';
    const name = base
        .replace(/\.ya?ml$/i, '')
        .replace(/[^A-Za-z0-9._-]+/g, '-')
        .slice(0, 63);
    return isName(name) ? name : 'scenario';
}
function originOf(tree, path) {
    const located = locate(tree, path);
    return located?.exact ? located.place.file : 'default';
}
/** In reading order, each mistake once: a mistake in a range is found for every host of it. */
function sorted(list, sources) {
    const order = new Map(sources.map((source, index) => [source.name, index]));
    const rank = ({ place }) => (place === undefined ? -1 : (order.get(place.file) ?? -1));
    const unique = new Map();
    for (const issue of list) {
        const { place } = issue;
        const key = `${issue.code} ${place?.file}:${place?.line}:${place?.column}`;
        if (!unique.has(key))
            unique.set(key, issue);
    }
    return [...unique.values()].sort((a, b) => {
        const byFile = rank(a) - rank(b);
        const byLine = (a.place?.line ?? 0) - (b.place?.line ?? 0);
        return byFile || byLine || (a.place?.column ?? 0) - (b.place?.column ?? 0);
    });
}
/** Errors before warnings when there is no room for all. */
function limited(list) {
    if (list.length <= ISSUE_LIMIT)
        return list;
    const errors = list.filter((issue) => issue.severity === 'error');
    const shown = (errors.length >= ISSUE_LIMIT ? errors : list).slice(0, ISSUE_LIMIT);
    const severity = errors.length > 0 ? 'error' : 'warning';
    const rest = list.length - shown.length;
    const reason = 'the first ones often cause the others';
    const help = 'mend those above and check again';
    return [...shown, { severity, code: 'issues.more', message: `and ${rest} more`, reason, help }];
}
