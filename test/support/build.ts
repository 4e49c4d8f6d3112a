/**
 * Builds `dist/` once before any test runs, so that tests of the command line use what users get. Types are refused by `npm run check`,
 * not here: the compiler writes its output all the same, and a half-edited file elsewhere should not hide what the tests say.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Called by vitest (`globalSetup`). */
export function setup(): void {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  try {
    execFileSync('npx', ['tsc', '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'pipe' });
  } catch (error) {
    const { stdout } = error as { stdout?: Buffer };
    process.stderr.write(`npx tsc -p tsconfig.build.json found mistakes\n${stdout ?? error}\n`);
  }
}
