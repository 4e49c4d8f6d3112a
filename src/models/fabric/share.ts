/** Max-min fair shares by progressive filling over groups of transfers that take the same path (facts/overlay.md, flow models). */

/**
 * Transfers on one path. `rate` is what each of them gets, in bytes per microsecond, and `cap` the most that each can take. `holder` is
 * what keeps them from getting more: a link, or the cap.
 */
export interface Share {
  readonly path: readonly string[];
  readonly cap: number;
  readonly count: number;
  rate: number;
  holder: string;
}

/** What holds transfers that are at their cap. */
export const capHolder = (cap: number): string => `at ${cap}`;

/** What may hold transfers: the links of their path, and the cap where there is one. */
export const holdersOf = ({ path, cap }: Pick<Share, 'path' | 'cap'>): readonly string[] =>
  Number.isFinite(cap) ? [...path, capHolder(cap)] : path;

interface Link {
  readonly name: string;
  left: number;
  users: number;
  readonly shares: Share[];
}

/**
 * Sets the rate of every group: the link that can give its users least is filled first, its users are fixed at that share, and so on. A cap
 * is a link of the group's own.
 * `capacity` is in bytes per microsecond. Order of links and groups is the order given, so the arithmetic is the same every time.
 */
export function shareFairly(shares: readonly Share[], capacity: (link: string) => number): void {
  const links = new Map<string, Link>();
  const caps: Link[] = [];
  for (const share of shares) {
    const { cap, count } = share;
    share.rate = -1;
    if (Number.isFinite(cap)) caps.push({ name: capHolder(cap), left: cap, users: 1, shares: [share] });
    for (const name of share.path) {
      const link = links.get(name) ?? { name, left: capacity(name), users: 0, shares: [] };
      link.users += count;
      link.shares.push(share);
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
    const rate = Math.max(tightest.left / tightest.users, 0);
    for (const share of tightest.shares) {
      if (share.rate >= 0) continue;
      share.rate = rate;
      share.holder = tightest.name;
      for (const name of share.path) {
        const link = links.get(name);
        if (link === undefined) continue;
        link.left -= rate * share.count;
        link.users -= share.count;
      }
    }
    tightest.users = 0;
  }
}
