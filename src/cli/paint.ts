/** Colours by what they mean, so that a view says `bad` and not `red`. Without colour every one of them is the text itself. */
import pc from 'picocolors';

export interface Paint {
  /** Whether anything is painted at all. */
  readonly on: boolean;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly help: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
}

/** Paint for a terminal that shows colours, or for everything else. */
export function paintFor(on: boolean): Paint {
  const colors = pc.createColors(on);
  return {
    on,
    good: colors.green,
    bad: (text) => colors.bold(colors.red(text)),
    warn: colors.yellow,
    help: colors.cyan,
    strong: colors.bold,
    faint: colors.dim,
  };
}

/** No colours. */
export const NO_PAINT: Paint = paintFor(false);

/** The mark of something that holds or does not; never colour alone. */
export function markOf(holds: boolean, paint: Paint): string {
  return holds ? paint.good('✓') : paint.bad('✗');
}
