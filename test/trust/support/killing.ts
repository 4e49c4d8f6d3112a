/** Processes that are killed while they write. They run what users run, the compiled program, with a few files of a test beside it. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { MAIN } from '../../cli/premortem.ts';
import type { Death } from './places.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const FILES = ['test/trust/support/killed.ts', 'test/trust/support/places.ts', 'test/support/crowd.ts'];

/** What the child needs of the program. */
const PARTS = ['base', 'kernel', 'log', 'models', 'flows', 'scenario', 'run'];

/**
 * Compiles the child into a folder, file by file and unchecked (`npm run check` does that), and returns the file to start. The program is
 * copied, so that nobody builds it anew under a test that takes a minute.
 */
export function childIn(folder: string): string {
  for (const part of PARTS)
    fs.cpSync(join(ROOT, 'dist', part), join(folder, 'dist', part), { recursive: true });
  fs.symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  fs.writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  for (const file of FILES) {
    const text = fs
      .readFileSync(join(ROOT, file), 'utf8')
      .replaceAll(/(?<=(?:from |import\()')\.[^']+(?=')/g, (name) => {
        const target = join(ROOT, dirname(file), name);
        const inside = relative(join(ROOT, 'src'), target);
        if (inside.startsWith('..')) return `./${basename(name, '.ts')}.js`;
        return `./dist/${inside.replaceAll('\\', '/').replace(/\.ts$/, '.js')}`;
      });
    const compilerOptions = {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2023,
      verbatimModuleSyntax: true,
    };
    const { outputText } = ts.transpileModule(text, { compilerOptions });
    fs.writeFileSync(join(folder, `${basename(file, '.ts')}.js`), outputText);
  }
  return join(folder, 'killed.js');
}

/** Starts the child, and returns whether it was killed. It may also come to its end, when that is before its place to die. */
export function kill(child: string, task: 'run' | 'resume', path: string, { sort, count }: Death): boolean {
  const { signal, status, stderr } = spawnSync(process.execPath, [child, task, path, sort, `${count}`], {
    encoding: 'utf8',
  });
  if (signal === 'SIGKILL') return true;
  if (status !== 0) throw new Error(`the child failed by itself: ${stderr}`);
  return false;
}

/** Loaded before the command line: dies when so many bytes were written to files. */
const HOOK = `
import fs from 'node:fs';
const { writeSync } = fs;
let left = Number(process.env['KILL_AFTER']);
fs.writeSync = (file, bytes, offset, length, position) => {
  const count = Math.min(length, left);
  if (count > 0) writeSync(file, bytes, offset, count, position);
  left -= count;
  if (left > 0) return count;
  process.kill(process.pid, 'SIGKILL');
  for (;;);
};
`;

/** Runs the command line in a folder until it wrote so many bytes to files. Returns whether it was killed. */
export function killedAfter(folder: string, args: readonly string[], bytes: number): boolean {
  const hook = `data:text/javascript,${encodeURIComponent(HOOK)}`;
  const env = { ...process.env, KILL_AFTER: `${bytes}` };
  const { signal } = spawnSync(process.execPath, ['--import', hook, MAIN, ...args], { cwd: folder, env });
  return signal === 'SIGKILL';
}
