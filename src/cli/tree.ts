/** A tree as lines: each node with the branches that lead to it. */

export interface Branch<T> {
  readonly value: T;
  readonly children: readonly Branch<T>[];
}

export interface Row<T> {
  readonly value: T;
  /** The drawing that goes before the node's first line. */
  readonly lead: string;
  /** The drawing that goes before its further lines. */
  readonly under: string;
}

/** Every node, each parent before its children. Not recursive, since an explanation may be as long as a run. */
export function rowsOf<T>(root: Branch<T>): Row<T>[] {
  const rows: Row<T>[] = [];
  const open: { branch: Branch<T>; lead: string; under: string }[] = [{ branch: root, lead: '', under: '' }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { branch, lead, under } = next;
    const last = branch.children.length - 1;
    rows.push({ value: branch.value, lead, under: under + (last >= 0 ? '│ ' : '  ') });
    for (let i = last; i >= 0; i -= 1) {
      const isLast = i === last;
      open.push({
        branch: branch.children[i] as Branch<T>,
        lead: `${under}${isLast ? '└ ' : '├ '}`,
        under: `${under}${isLast ? '  ' : '│ '}`,
      });
    }
  }
  return rows;
}
