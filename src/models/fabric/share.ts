/** Max-min fair shares by progressive filling over groups of transfers that take the same path (facts/overlay.md, flow models). */

/** Transfers on one path. `rate` is what each of them gets, in bytes per microsecond, and `cap` the most that each can take. */
export interface Group {
  readonly path: readonly string[];
  readonly cap: number;
  count: number;
  rate: number;
}

interface Link {
  left: number;
  users: number;
  readonly groups: Group[];
}

/**
 * Sets the rate of every group: the link that can give its users least is filled first, its users are fixed at that share, and so on. A cap
 * is a link of the group's own.
 * `capacity` is in bytes per microsecond. Order of links and groups is the order given, so the arithmetic is the same every time.
 */
export function shareFairly(groups: readonly Group[], capacity: (link: string) => number): void {
  const links = new Map<string, Link>();
  const caps: Link[] = [];
  for (const group of groups) {
    group.rate = -1;
    if (Number.isFinite(group.cap))
      caps.push({ left: group.cap * group.count, users: group.count, groups: [group] });
    for (const name of group.path) {
      const link = links.get(name) ?? { left: capacity(name), users: 0, groups: [] };
      link.users += group.count;
      link.groups.push(group);
      links.set(name, link);
    }
  }
  const all = [...links.values(), ...caps];
  for (;;) {
    let tightest: Link | undefined;
    for (const link of all) {
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
    tightest.users = 0;
  }
}
