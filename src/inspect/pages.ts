/** What `explain` says about each failure of a run and each issue of a scenario file. One page for every code there is. */
import { FAILURE_PAGES } from './pages-failures.ts';
import { IMPORT_PAGES } from './pages-import.ts';
import { ISSUE_PAGES } from './pages-issues.ts';
import type { Page } from './pages-page.ts';
import { PEM_PAGES } from './pages-pem.ts';

export type { Page } from './pages-page.ts';

const PAGES: ReadonlyMap<string, Page> = new Map(
  [...FAILURE_PAGES, ...ISSUE_PAGES, ...IMPORT_PAGES, ...PEM_PAGES].map((page) => [page.code, page]),
);

/** The page of a code, or undefined when nothing is called that. */
export function pageFor(code: string): Page | undefined {
  return PAGES.get(code);
}

/** Every code that has a page: failures first, then issues, then what is found in files of other programs. */
export function pageCodes(): readonly string[] {
  return [...PAGES.keys()];
}
