/** A setting of the process, for programs; a library leaves it to its caller. */
import process from 'node:process';
import { setFlagsFromString } from 'node:v8';

/** Up to this major version of Node the flag is known to exist: one that does not would be complained about on standard error. */
const NEWEST_TRIED = 26;

/**
 * Lets V8's space for new objects grow from 1 MB to 8 MB in one step instead of doubling it when much outlives a collection. Of a run next
 * to nothing does, so it would stay small and be collected up to eight times as often, each time at a fixed cost. All of its 16 MB at once
 * would be memory that a short run pays to have made present. Measured in `docs/performance.md`; changes no result.
 */
export function giveRoomToNewObjects(): void {
  if (Number.parseInt(process.versions.node, 10) <= NEWEST_TRIED)
    setFlagsFromString('--semi-space-growth-factor=8');
}
