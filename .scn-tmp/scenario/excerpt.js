import { visible } from "./show.js";
/** Columns of a line that are shown; longer lines are cut around the mark. */
const WIDTH = 96;
/** Characters of a line that are looked at; what lies behind them is not shown. */
const REACH = 20_000;
/** An excerpt: `--> file:line:column`, the line, `^^^^ label` below it, and `----` under the other places. */
export function excerpt(sources, primary, others = [], paint = {}) {
    const marks = [primary, ...others];
    const digits = String(Math.max(...marks.map((mark) => mark.place.line))).length;
    const files = [...new Set(marks.map((mark) => mark.place.file))];
    const same = (text) => text;
    const { gutter = same } = paint;
    const rows = files.flatMap((file, index) => {
        const here = marks.filter((mark) => mark.place.file === file);
        const { line, column } = here[0].place;
        const arrow = `${' '.repeat(digits)}${index === 0 ? '-->' : ':::'}`;
        const head = `${gutter(arrow)} ${visible(file)}:${line}:${column}`;
        const text = sources.find((source) => source.name === file)?.text;
        return text === undefined ? [head] : [head, ...body(text, here, primary, digits, paint)];
    });
    return rows;
}
function body(text, marks, primary, digits, paint) {
    const { gutter = (bar) => bar } = paint;
    const bar = gutter(`${' '.repeat(digits)} |`);
    const byLine = [...new Set(marks.map((mark) => mark.place.line))].sort((a, b) => a - b);
    const rows = [bar];
    for (const [index, line] of byLine.entries()) {
        if (index > 0 && line > byLine[index - 1] + 1)
            rows.push(gutter('...'));
        const here = marks.filter((mark) => mark.place.line === line);
        const lead = here.includes(primary) ? primary : here[0];
        const view = new View(lineOf(text, line), lead.place);
        rows.push(`${gutter(`${String(line).padStart(digits)} |`)} ${view.text}`.trimEnd());
        for (const mark of here)
            rows.push(`${bar} ${under(view, mark, mark === primary, paint)}`);
    }
    return [...rows, bar];
}
function under(view, { place, label }, isPrimary, paint) {
    const color = (isPrimary ? paint.primary : paint.secondary) ?? ((text) => text);
    const from = view.columnOf(place.column - 1);
    const to = view.columnOf(place.column - 1 + place.length);
    const stroke = (isPrimary ? '^' : '-').repeat(Math.max(1, to - from));
    return `${' '.repeat(from)}${color(`${stroke} ${visible(label)}`.trimEnd())}`;
}
/** The line without its end, found without cutting a large text into pieces. */
function lineOf(text, line) {
    let start = 0;
    for (let i = 1; i < line; i += 1) {
        const next = text.indexOf('\n', start);
        if (next < 0)
            return '';
        start = next + 1;
    }
    const end = text.indexOf('\n', start);
    return text.slice(start, Math.min(end < 0 ? text.length : end, start + REACH));
}
/** A line as it appears: which column each of its characters is in, cut to the width around one place. */
class View {
    text;
    #columns = [];
    #shift;
    #end;
    constructor(line, around) {
        const cells = [];
        for (const character of line) {
            const shown = character === '\t' ? '  ' : visible(character);
            for (let i = 0; i < character.length; i += 1)
                this.#columns.push(cells.length);
            const wide = isWide(character.codePointAt(0) ?? 0);
            // A wide character takes two cells; the second is empty so that cells count columns.
            cells.push(...(wide ? [shown, ''] : [...shown]));
        }
        this.#columns.push(cells.length);
        const mark = this.#columns[Math.min(around.column - 1, line.length)] ?? 0;
        const first = cells.length <= WIDTH ? 0 : Math.max(0, Math.min(mark - WIDTH / 3, cells.length - WIDTH));
        const start = Math.floor(first);
        const kept = cells.slice(start, start + WIDTH);
        this.#shift = start - (start > 0 ? 1 : 0);
        this.text = `${start > 0 ? '…' : ''}${kept.join('')}${start + WIDTH < cells.length ? '…' : ''}`;
        this.#end = kept.length + (start > 0 ? 1 : 0);
    }
    /** The column of a character of the line, within what is shown. */
    columnOf(index) {
        const column = this.#columns[Math.min(index, this.#columns.length - 1)] ?? 0;
        return Math.max(0, Math.min(column - this.#shift, this.#end));
    }
}
/** Characters of East Asian scripts and emoji, which terminals draw two columns wide. */
function isWide(code) {
    return ((code >= 0x1100 && code <= 0x115f) ||
        (code >= 0x2e80 && code <= 0xa4cf) ||
        (code >= 0xac00 && code <= 0xd7a3) ||
        (code >= 0xf900 && code <= 0xfaff) ||
        (code >= 0xfe30 && code <= 0xfe6f) ||
        (code >= 0xff00 && code <= 0xff60) ||
        (code >= 0x1f300 && code <= 0x1faff) ||
        (code >= 0x20000 && code <= 0x3fffd));
}
