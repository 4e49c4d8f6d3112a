/** Max-min fair shares by progressive filling over groups of transfers that take the same path (facts/overlay.md, flow models). */

/** Transfers on one path. `rate` is what each of them gets, in bytes per microsecond. */
export interface Group {
  readonly path: readonly string[];
  count: number;
  rate: number;
}

/**
 * Sets the rate of every group: the link that can give its users least is filled first, its users are fixed at that share, and so on.
 * `capacity` is in bytes per microsecond. Order of links and groups is the order given, so the arithmetic is the same every time.
 */
export function shareFairly(groups: readonly Group[], capacity: (link: string) => number): void {
  const links = new Map<string, { left: number; users: number; groups: Group[] }>();
  for (const group of groups) {
    group.rate = -1;
    for (const name of group.path) {
      const link = links.get(name) ?? { left: capacity(name), users: 0, groups: [] };
      link.users += group.count;
      link.groups.push(group);
      links.set(name, link);
    }
  }
  for (;;) {
    let tightest: { left: number; users: number; groups: Group[] } | undefined;
    for (const link of links.values()) {
      if (
        link.users > 0 &&
        (tightest === undefined || link.left / link.users < tightest.left / tightest.users)
      )
        tightest = link;
    }
    if (tightest === undefined) break;
    const share = Math.max(tightest.left / tightest.users, 0);
    for (const group of tightest.groups) {
      if (group.rate >= 0) continue;
      group.rate = share;
      for (const name of group.path) {
        const link = links.get(name);
        if (link === undefined) continue;
        link.left -= share * group.count;
        link.users -= group.count;
      }
    }
  }
}
