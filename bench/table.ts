/** Numbers for people: rows with aligned columns, printed as they come. */

/** A whole number with commas, or with so many digits behind the point. */
export function count(value: number, digits = 0): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Prints rows under a head. The first column starts at the left, the others end at the right; columns are as wide as the head says. */
export class Table {
  readonly #widths: readonly number[];

  /** `head` maps the name of each column to its least width. */
  constructor(head: Readonly<Record<string, number>>) {
    this.#widths = Object.entries(head).map(([name, width]) => Math.max(name.length, width));
    this.row(Object.keys(head));
  }

  row(cells: readonly string[]): void {
    const line = cells.map((cell, i) => {
      const width = this.#widths[i] ?? 0;
      return i === 0 ? cell.padEnd(width) : cell.padStart(width + 2);
    });
    console.log(line.join('').trimEnd());
  }
}
