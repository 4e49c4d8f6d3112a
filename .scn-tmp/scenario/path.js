/** A path cut into steps, or undefined when it is not one. */
export function parsePath(text) {
    const steps = [];
    const token = /"((?:[^"\\]|\\["\\])*)"|\[(\d{1,9})\]|((?:[^."[\]]|\[\d{1,9}-\d{1,9}\])+)/y;
    let at = 0;
    while (at < text.length) {
        const isIndex = text[at] === '[' && /^\[\d+\]/.test(text.slice(at, at + 12));
        if (steps.length > 0 && !isIndex) {
            if (text[at] !== '.')
                return undefined;
            at += 1;
        }
        token.lastIndex = at;
        const match = token.exec(text);
        if (match === null || steps.length > 64)
            return undefined;
        at = token.lastIndex;
        const [, quoted, index, plain] = match;
        if (quoted !== undefined)
            steps.push({ key: quoted.replace(/\\(["\\])/g, '$1'), quoted: true });
        else if (index !== undefined)
            steps.push({ index: Number(index) });
        else
            steps.push({ key: plain ?? '', quoted: false });
    }
    return steps.length === 0 ? undefined : steps;
}
/** The path as text: `hosts.esx-01.nics`, with keys quoted where a dot or bracket would mislead. */
export function formatPath(path) {
    let text = '';
    for (const step of path) {
        if (typeof step === 'number')
            text += `[${step}]`;
        else
            text += `${text === '' ? '' : '.'}${formatKey(step)}`;
    }
    return text;
}
function formatKey(key) {
    const plain = /^(?:[^."[\]\s]|\[\d{1,9}-\d{1,9}\])+$/.test(key);
    return plain ? key : `"${key.replace(/["\\]/g, '\\$&')}"`;
}
/** Keys joined from the next unquoted steps, longest first: `vm.cpu` may be one key or two. */
export function joinedKeys(steps, from) {
    const joined = [];
    let key = '';
    for (let i = from; i < steps.length && i < from + 8; i += 1) {
        const step = steps[i];
        if (step === undefined || 'index' in step || (step.quoted && i > from))
            break;
        key = i === from ? step.key : `${key}.${step.key}`;
        joined.push({ key, next: i + 1 });
        if (step.quoted)
            break;
    }
    return joined.reverse();
}
