/** The entries of a map keyed by name, with each name checked. */
import type { Desk } from './desk.ts';
import { readName } from './fields.ts';
import { isImageName, isName } from './names.ts';
import { quote } from './show.ts';
import type { Path } from './tree.ts';

/** Name, value and path of each entry whose name is allowed; the others become issues. */
export function entriesOf<T>(
  desk: Desk,
  map: Readonly<Record<string, T>> | undefined,
  path: Path,
  names: 'names' | 'images' = 'names',
): readonly (readonly [string, T, Path])[] {
  const entries: (readonly [string, T, Path])[] = [];
  for (const [name, value] of Object.entries(map ?? {})) {
    const here = [...path, name];
    if (nameAllowed(desk, name, here, names)) entries.push([name, value, here]);
  }
  return entries;
}

function nameAllowed(desk: Desk, name: string, path: Path, names: 'names' | 'images'): boolean {
  const reading = names === 'images' ? readName(name, isImageName, 128) : readName(name, isName, 63);
  if (reading.ok) return true;
  desk.issues.error(reading.code, `${quote(name)}: ${reading.message}`, {
    place: desk.keyPlace(path),
    reason: 'names appear in paths, commands and files, where other characters mislead',
    help: reading.help,
  });
  return false;
}
