/** Runs checks against the program beside it and says how each ended: what `canary.test.ts` starts in a folder with a broken program. */
import { CHECKS, type CheckName, type Given } from './checks.ts';

const [given, ...names] = process.argv.slice(2);
for (const name of names as CheckName[]) {
  let message = '';
  try {
    await CHECKS[name](JSON.parse(given!) as Given);
  } catch (error) {
    message = error instanceof Error ? error.message : String(error);
  }
  process.stdout.write(`${JSON.stringify({ name, message })}\n`);
}
