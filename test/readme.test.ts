/**
 * The README tells the truth: a block under `<!-- output: COMMAND -->` is what the command prints, and its TypeScript runs and prints what it says.
 * `BLESS=1` rewrites both.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from './support/scenarios.ts';

const README = join(ROOT, 'README.md');
const BLESS = process.env['BLESS'] === '1';
const folder = mkdtempSync(join(tmpdir(), 'premortem-readme-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What follows a marker: the first fenced block after it. */
const BLOCK = /<!-- (output|prints): (.*?) -->\n```\w*\n([\s\S]*?)```/g;

/** Runs `premortem …` as in the checkout, with the log in a folder of its own. */
function output(command: string): string {
  const words = command.match(/'[^']*'|\S+/g)?.map((word) => word.replace(/^'|'$/g, '')) ?? [];
  const args = words.slice(1);
  if (args[0] === 'run') args.push('--out', join(folder, 'runs'));
  const { stdout } = spawnSync(process.execPath, [join(ROOT, 'dist/cli/main.js'), ...args], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return stdout.replaceAll(`${folder}/`, '');
}

/** Runs the README's TypeScript against the built library. */
function example(): string {
  const code = /```ts\n([\s\S]*?)```/.exec(readFileSync(README, 'utf8'))?.[1] ?? '';
  const library = pathToFileURL(join(ROOT, 'dist/index.js')).href;
  const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
  const { outputText } = ts.transpileModule(code.replace(`'premortem'`, `'${library}'`), {
    compilerOptions: options,
  });
  const file = join(folder, 'example.mjs');
  writeFileSync(file, outputText);
  return execFileSync(process.execPath, [file], { cwd: ROOT, encoding: 'utf8' });
}

describe('README.md', () => {
  const blocks = [...readFileSync(README, 'utf8').matchAll(BLOCK)];

  it('shows a real output and a real example', () => {
    expect(blocks.map(([, kind]) => kind)).toEqual(expect.arrayContaining(['output', 'prints']));
  });

  it.each(blocks.map(([whole, kind, what, text]) => ({ whole, kind, what: what as string, text })))(
    '$kind: $what',
    ({ whole, kind, what, text }) => {
      const real = kind === 'output' ? output(what) : example();
      if (BLESS) {
        const fence = whole.slice(0, whole.indexOf('\n```') + 1);
        const language = /```(\w*)/.exec(whole)?.[1] ?? '';
        writeFileSync(
          README,
          readFileSync(README, 'utf8').replace(whole, () => `${fence}\`\`\`${language}\n${real}\`\`\``),
        );
        return;
      }
      expect(text).toBe(real);
    },
  );
});
