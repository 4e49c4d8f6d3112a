/** Columns that read well and survive copy and paste: no boxes, two blanks between. */
import { widthOf } from './text.ts';

export interface TableOptions {
  /** Columns whose content stands to the right. */
  readonly right?: readonly number[];
  readonly indent?: number;
  /** Paints a cell once its place is fixed. */
  readonly paint?: (cell: string, column: number, row: number) => string;
}

/** Rows of plain cells as aligned lines. */
export function tableLines(rows: readonly (readonly string[])[], options: TableOptions = {}): string[] {
  const { right = [], indent = 0, paint = (cell) => cell } = options;
  const widths: number[] = [];
  for (const row of rows)
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, widthOf(cell));
  return rows.map((row, index) => {
    const cells = row.map((cell, column) => {
      const gap = ' '.repeat((widths[column] as number) - widthOf(cell));
      const painted = paint(cell, column, index);
      if (right.includes(column)) return gap + painted;
      return column === row.length - 1 ? painted : painted + gap;
    });
    return `${' '.repeat(indent)}${cells.join('  ')}`.trimEnd();
  });
}
