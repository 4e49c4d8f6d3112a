/** What several files say together: every value with the line that says it. */
import { formatPath } from '../scenario/path.ts';
import type { Checked } from '../scenario/read.ts';
import type { Shown } from './input.ts';

/** A value after all layers, as written, before defaults. */
export interface MergedValue {
  readonly path: string;
  readonly value: string;
  readonly from: string;
}

type Path = readonly (string | number)[];

const isFlat = (value: unknown): boolean => typeof value !== 'object' || value === null;

/** Every value in the order of the files. Lists of plain values stay together. */
export function mergedValues(checked: Checked, shown: Shown): MergedValue[] {
  const values: MergedValue[] = [];
  const visit = (value: unknown, path: Path): void => {
    const isList = Array.isArray(value);
    if (isFlat(value) || (isList && value.every(isFlat))) {
      const text = formatPath(path);
      const place = checked.place(text);
      const from = place === undefined ? '' : `${shown(place.file)}:${place.line}`;
      values.push({
        path: text,
        value: isList ? `[${value.map(scalarText).join(', ')}]` : scalarText(value),
        from,
      });
      return;
    }
    if (isList) for (const [i, item] of value.entries()) visit(item, [...path, i]);
    else for (const [key, item] of Object.entries(value as object)) visit(item, [...path, key]);
  };
  visit(checked.merged, []);
  return values;
}

/** A scalar as YAML would need it. */
function scalarText(value: unknown): string {
  if (typeof value !== 'string') return String(value);
  return /^[\w.][\w ./:<>=()*%@-]*$/.test(value) && !/: /.test(value) ? value : JSON.stringify(value);
}
