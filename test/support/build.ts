/** Builds `dist/` once before any test runs, so that tests of the command line use what users get. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Called by vitest (`globalSetup`). A build that fails stops the tests with the compiler's own words. */
export function setup(): void {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  try {
    execFileSync('npx', ['tsc', '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'pipe' });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: Buffer; stderr?: Buffer };
    throw new Error(`npx tsc -p tsconfig.build.json failed\n${stdout ?? ''}${stderr ?? ''}`);
  }
}
