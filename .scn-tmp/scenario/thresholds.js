/** The bounds of `thresholds`: `p(95) < 30m`, `count == 0`. */
import { parseBitRate, parseBytes, parseDuration, parsePercent } from "../base/units.js";
import { quote } from "./show.js";
const FORM = /^(count|min|max|avg|last|p\((\d{1,3}(?:\.\d{1,6})?)\))\s*(<=|>=|==|!=|<|>)\s*(\S+)$/;
const HELP = 'write it like `p(95) < 30m`, `max < 500ms`, `count == 0`';
/** Thresholds in the order written. */
export function resolveThresholds(desk, written, metrics) {
    return Object.entries(written ?? {}).flatMap(([metric, texts]) => {
        const path = ['thresholds', metric];
        if (metrics !== undefined)
            desk.known('metric', metric, path, metrics);
        return texts.flatMap((text, index) => parseThreshold(desk, metric, text.trim(), [...path, index]) ?? []);
    });
}
function parseThreshold(desk, metric, text, path) {
    const match = FORM.exec(text);
    if (match === null)
        return wrong(desk, path, `${quote(text)} is not a threshold`, HELP);
    const [, word = '', percentile, compare = '', bound = ''] = match;
    if (percentile !== undefined && Number(percentile) > 100) {
        return wrong(desk, path, `there is no percentile ${percentile}`, 'write a percentile from 0 to 100');
    }
    const value = readBound(bound);
    if (value === undefined)
        return wrong(desk, path, `${quote(bound)} is not a bound`, HELP);
    if (metric.endsWith('.duration') && word !== 'count' && !value.timed) {
        return wrong(desk, path, `${quote(bound)} is not a duration, which ${quote(metric)} is`, 'write a unit: `30m`, `500ms`');
    }
    const aggregate = percentile === undefined ? word : { percentile: Number(percentile) };
    return {
        path: desk.label(path),
        metric,
        text,
        aggregate,
        compare: compare,
        bound: value.value,
    };
}
/** A plain number, or a quantity in its base unit; a percentage is a fraction. */
function readBound(text) {
    if (/^-?\d{1,15}(\.\d{1,9})?$/.test(text))
        return { value: Number(text), timed: false };
    const time = parseDuration(text, { negative: true });
    if (time.ok)
        return { value: time.value, timed: true };
    for (const parse of [parseBytes, parseBitRate, parsePercent]) {
        const quantity = parse(text);
        if (quantity.ok)
            return { value: quantity.value, timed: false };
    }
    return undefined;
}
function wrong(desk, path, message, help) {
    const reason = 'a threshold is count, min, max, avg, last or p(N), a comparison, and a bound with its unit';
    desk.error('threshold.syntax', path, message, { reason, help });
}
