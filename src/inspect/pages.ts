/** What `explain` says about each failure of a run and each issue of a scenario file. One page for every code there is. */
import { FAILURE_PAGES } from './pages-failures.ts';
import { ISSUE_PAGES } from './pages-issues.ts';

/** One code explained. Every part is one paragraph of plain text; whoever prints it wraps the lines. */
export interface Page {
  readonly code: string;
  readonly title: string;
  /** What it means in the simulator. */
  readonly means: string;
  /** How it looks on real systems: the literal message, the product, the version. */
  readonly real: string;
  /** How to make it happen: a `--set` that can be pasted, or a small change to a file. */
  readonly rehearse: string;
  /** What to do about it, in the scenario and on the real system. */
  readonly fix: string;
}

const PAGES: ReadonlyMap<string, Page> = new Map(
  [...FAILURE_PAGES, ...ISSUE_PAGES].map((page) => [page.code, page]),
);

/** The page of a code, or undefined when nothing is called that. */
export function pageFor(code: string): Page | undefined {
  return PAGES.get(code);
}

/** Every code that has a page: failures first, then issues. */
export function pageCodes(): readonly string[] {
  return [...PAGES.keys()];
}
