/** The example of docs/add-a-model.md, compiled as if it stood in the project and run through the project's engine. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FLOWS = 'src/flows/index.ts';
const doc = readFileSync(join(ROOT, 'docs/add-a-model.md'), 'utf8');

interface Block {
  readonly language: string;
  readonly file: string;
  readonly text: string;
}

const blocks: readonly Block[] = [...doc.matchAll(/^```(\w+) (\S+)\n(.*?)^```$/gms)].map(
  ([, language = '', file = '', text = '']) => ({ language, file, text }),
);

const source = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** Puts the lines with a plus behind the line above them, or before the line below when none is above. */
function patched(text: string, diff: string): string {
  const lines = text.split('\n');
  let anchor: string | undefined;
  let waiting: string[] = [];
  const at = (line: string): number => {
    const found = lines.indexOf(line);
    expect(found, `the page leans on the line \`${line}\``).toBeGreaterThanOrEqual(0);
    return found;
  };
  for (const line of diff.trimEnd().split('\n')) {
    const rest = line.slice(1);
    if (line.startsWith('+')) {
      waiting.push(rest);
      continue;
    }
    if (waiting.length > 0) lines.splice(at(rest), 0, ...waiting);
    waiting = [];
    anchor = rest;
  }
  if (anchor !== undefined && waiting.length > 0) lines.splice(at(anchor) + 1, 0, ...waiting);
  return lines.join('\n');
}

/** What the page makes of the project: its own files, and the project's with the lines it adds. */
const made = new Map<string, string>(
  blocks.map(({ language, file, text }) => [file, language === 'diff' ? patched(source(file), text) : text]),
);
const flowFile = blocks.find(({ file }) => file.startsWith('src/flows/'))?.file ?? '';
const flowName = /export const (\w+)/.exec(made.get(flowFile) ?? '')?.[1] ?? '';
made.set(
  FLOWS,
  `import { ${flowName} } from './${relative('src/flows', flowFile)}';\n${source(FLOWS).replace(/,?\s*\];\s*$/, `, ${flowName}];\n`)}`,
);

describe('the example compiles with the options of the project', () => {
  const config = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile).config as object;
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const host = ts.createCompilerHost(options);
  const virtual = new Map([...made].map(([file, text]) => [join(ROOT, file), text]));
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => virtual.has(file) || fileExists(file);
  const folders = new Set([...virtual.keys()].map((file) => dirname(file)));
  host.directoryExists = (name) => folders.has(name) || ts.sys.directoryExists(name);
  host.readFile = (file) => virtual.get(file) ?? readFile(file);
  host.getSourceFile = (file, language, ...rest) => {
    const text = virtual.get(file);
    return text === undefined
      ? getSourceFile(file, language, ...rest)
      : ts.createSourceFile(file, text, language);
  };
  const program = ts.createProgram([...virtual.keys()], options, host);

  test.each([...made.keys()])('%s', (file) => {
    const parsed = program.getSourceFile(join(ROOT, file));
    expect(parsed).toBeDefined();
    const found = [...program.getSyntacticDiagnostics(parsed), ...program.getSemanticDiagnostics(parsed)];
    expect(found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
  });
});

test('the page shows each part of a model once, and its lines are short', () => {
  expect(blocks.map(({ file }) => file)).toEqual([
    'src/models/ups/events.ts',
    'src/models/ups/state.ts',
    'src/models/ups/decide.ts',
    'src/models/index.ts',
    'src/inspect/phrases.ts',
    'src/flows/blackout.ts',
    'test/models/ups.test.ts',
    'src/models/battery/events.ts',
  ]);
  expect(doc.split('\n').filter((line) => line.length > 140)).toEqual([]);
});

const folder = mkdtempSync(join(tmpdir(), 'premortem-add-a-model-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes the made files; imports of each other stay among them, all others go to the project. */
for (const [file, text] of made) {
  const here = join(folder, file);
  mkdirSync(dirname(here), { recursive: true });
  const moved = text.replace(/from '(\.[^']+)'/g, (whole, specifier: string) => {
    const target = resolve(ROOT, dirname(file), specifier);
    return made.has(relative(ROOT, target)) ? whole : `from '${target}'`;
  });
  writeFileSync(
    here,
    moved.replace("from 'vitest'", `from '${join(ROOT, 'node_modules/vitest/dist/index.js')}'`),
  );
}

// The specs of the page become tests of this file.
await import(join(folder, 'test/models/ups.test.ts'));
