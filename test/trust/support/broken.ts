/** Programs broken on purpose: the built program and these tests in a folder of their own, with one place of one file changed. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../../support/scenarios.ts';
import type { CheckName, Given } from './checks.ts';

/** One change: in this file of `src/`, what is there exactly once, and what it becomes. */
export interface Break {
  readonly file: string;
  readonly from: RegExp;
  readonly to: string;
}

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  verbatimModuleSyntax: true,
  rewriteRelativeImportExtensions: true,
};
/** What the checks import besides the program. */
const SUPPORT = [
  'test/trust/support',
  'test/support/scenarios.ts',
  'test/support/toys.ts',
  'test/log/support.ts',
];

/** Puts a program that works into a folder: the same layout as here, in JavaScript. */
export function makeProgram(folder: string): void {
  for (const path of SUPPORT.flatMap(filesBelow)) {
    const text = fs.readFileSync(join(ROOT, path), 'utf8');
    const { outputText } = ts.transpileModule(text, { compilerOptions: OPTIONS });
    put(join(folder, path.replace(/\.ts$/, '.js')), outputText);
  }
  fs.cpSync(join(ROOT, 'dist'), join(folder, 'src'), { recursive: true, filter: isCode });
  fs.writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  for (const name of ['node_modules', 'scenarios']) fs.symlinkSync(join(ROOT, name), join(folder, name));
}

/** Breaks the program in a folder. Returns what mends it again. */
export function breakIn(folder: string, breaks: readonly Break[]): () => void {
  const before = new Map<string, string>();
  for (const { file, from, to } of breaks) {
    const path = join(folder, 'src', file);
    const text = fs.readFileSync(path, 'utf8');
    const found = [...text.matchAll(new RegExp(from, 'g'))].length;
    if (found !== 1)
      throw new Error(
        `${file} has ${from} ${found} times, not once: this canary is to be brought up to date`,
      );
    if (!before.has(path)) before.set(path, text);
    fs.writeFileSync(path, text.replace(from, to));
  }
  return () => {
    for (const [path, text] of before) fs.writeFileSync(path, text);
  };
}

/** What a check said of a program: nothing when it holds. */
export type Said = Readonly<Record<string, string>>;

/** Runs checks against the program in a folder. One that does not end in time says so. */
export function check(folder: string, names: readonly CheckName[], given: Given, patience: number): Said {
  const child = join(folder, 'test/trust/support/child.js');
  const { stdout, stderr, error } = spawnSync(process.execPath, [child, JSON.stringify(given), ...names], {
    cwd: folder,
    encoding: 'utf8',
    timeout: patience,
    killSignal: 'SIGKILL',
  });
  const said: Record<string, string> = {};
  for (const line of stdout.split('\n').filter((text) => text !== '')) {
    const { name, message } = JSON.parse(line) as { name: string; message: string };
    said[name] = message;
  }
  const silence = error === undefined ? `it stopped: ${stderr}` : 'it did not end';
  return Object.fromEntries(names.map((name) => [name, said[name] ?? silence]));
}

function filesBelow(path: string): string[] {
  if (path.endsWith('.ts')) return [path];
  const names = fs.readdirSync(join(ROOT, path)).filter((name) => name.endsWith('.ts'));
  return names.map((name) => `${path}/${name}`);
}

function isCode(path: string): boolean {
  return fs.statSync(path).isDirectory() ? !path.endsWith(join('dist', 'bench')) : path.endsWith('.js');
}

function put(path: string, text: string): void {
  fs.mkdirSync(dirname(path), { recursive: true });
  fs.writeFileSync(path, text);
}
