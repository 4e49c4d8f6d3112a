/** Mistakes of a user are values: what is wrong, where, why that is wrong, and what to do about it. */

/** A stretch of a source file. Lines and columns count from 1; `length` is in UTF-16 units, at least 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** One thing to tell the user. `code` is a stable dotted name that `premortem explain` knows. */
export interface Issue {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  /** What is wrong, in the user's words. One sentence without a full stop. */
  readonly message: string;
  readonly place?: Place;
  /** Why that is a mistake. */
  readonly reason?: string;
  /** What to write instead, or what to do. */
  readonly help?: string;
}

/** Collects issues in the order found. */
export class Issues {
  readonly list: Issue[] = [];

  error(code: string, message: string, more: Omit<Issue, 'severity' | 'code' | 'message'> = {}): void {
    this.list.push({ severity: 'error', code, message, ...more });
  }

  warning(code: string, message: string, more: Omit<Issue, 'severity' | 'code' | 'message'> = {}): void {
    this.list.push({ severity: 'warning', code, message, ...more });
  }

  get failed(): boolean {
    return this.list.some((issue) => issue.severity === 'error');
  }
}
