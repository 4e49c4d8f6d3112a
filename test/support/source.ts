/** Source files as the architecture and tidy tests see them: texts by path, and what each imports and names. */
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** Texts by path from the root of the project, with `/` between folders. */
export type Sources = ReadonlyMap<string, string>;

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Every file below some folders whose name ends in one of the endings. */
export function readSources(folders: readonly string[], endings: readonly string[]): Sources {
  const found = folders.flatMap((folder) =>
    fs.existsSync(`${ROOT}${folder}`)
      ? fs
          .readdirSync(`${ROOT}${folder}`, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
          .map((entry) => `${entry.parentPath}/${entry.name}`.slice(ROOT.length).replaceAll('\\', '/'))
      : [],
  );
  return new Map(found.sort().map((path) => [path, fs.readFileSync(`${ROOT}${path}`, 'utf8')]));
}

/** What one file imports: paths of the project for relative ones, else the name as written. Static, side-effect and dynamic imports. */
export function importsOf(path: string, text: string): string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => {
    if (!fileName.startsWith('.')) return fileName;
    const parts = path.split('/').slice(0, -1);
    for (const part of fileName.split('/')) {
      if (part === '..') parts.pop();
      else if (part !== '.') parts.push(part);
    }
    return parts.join('/');
  });
}

/** Everything a file names, comments and strings left out: `Date`, `Math.random`, `.localeCompare`, `async`, `export default`. */
export function namesIn(path: string, text: string): { readonly name: string; readonly line: number }[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);
  const names: { name: string; line: number }[] = [];
  const visit = (node: ts.Node): void => {
    const name = nameOf(node);
    if (name !== undefined)
      names.push({ name, line: file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1 });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return names;
}

function nameOf(node: ts.Node): string | undefined {
  if (ts.isAwaitExpression(node)) return 'await';
  if (node.kind === ts.SyntaxKind.AsyncKeyword) return 'async';
  if (ts.isExportAssignment(node) || node.kind === ts.SyntaxKind.DefaultKeyword)
    return isDefaultExport(node) ? 'export default' : undefined;
  if (ts.isPropertyAccessExpression(node))
    return `${ts.isIdentifier(node.expression) ? node.expression.text : ''}.${node.name.text}`;
  return ts.isIdentifier(node) && !isMember(node) ? node.text : undefined;
}

const isDefaultExport = (node: ts.Node) => ts.isExportAssignment(node) || !ts.isDefaultClause(node.parent);

/** Whether an identifier is only the name of a member: `x.process`, `{ process: 1 }`, `readonly process: …`. */
function isMember(node: ts.Identifier): boolean {
  const { parent } = node;
  if (
    ts.isPropertyAccessExpression(parent) ||
    ts.isPropertyAssignment(parent) ||
    ts.isPropertySignature(parent)
  )
    return parent.name === node;
  return ts.isMethodDeclaration(parent) || ts.isPropertyDeclaration(parent) || ts.isMethodSignature(parent);
}
