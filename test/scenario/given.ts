/** Scenarios for tests, and the marks that say where an issue must point. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Issue } from '../../src/base/issue.ts';
import { type Checked, type Reading, readScenario } from '../../src/scenario/read.ts';

/** The complete example of the language. */
export const EXAMPLE = readFileSync(new URL('example.yaml', import.meta.url), 'utf8');

/** A platform on which clusters can be asked for. */
export const LAB = `until: 1h
hosts:
  esx-[01-04]: { cpu: { cores: 16 }, memory: 128GiB }
datastores: { vsan-1: { capacity: 20TiB, write: 800MB/s } }
networks: { mgmt: { cidr: 10.20.0.0/24, dhcp: { scope: 10.20.0.50-10.20.0.199 } } }
pki: { roots: { public-web: {}, corp-root: {} } }
platform:
  on: esx-01
  network: mgmt
  datastore: vsan-1
  vm-image: { preloaded: [lab/zookeeper, lab/master, lab/marathon, lab/slave] }
  tenants: { lab: { ticket: { vm: 40 }, projects: { dev: { limits: { vm: 20, vm.cpu: 64, vm.memory: 256GiB } } } } }
`;

/** An action that asks the lab for a cluster. */
export const CLUSTER = `create-cluster: { name: mesos-1, tenant: lab, project: dev, zookeepers: [10.20.0.11], slaves: 4, images: { zookeeper: lab/zookeeper, master: lab/master, marathon: lab/marathon, slave: lab/slave } }`;

/** Reads texts that stand for files. */
export function read(
  text: string,
  more: { files?: Record<string, string>; overlays?: string[]; sets?: string[] } = {},
): Reading {
  const files = new Map(Object.entries({ 'main.yaml': text, ...more.files }));
  return readScenario({
    file: 'main.yaml',
    overlays: more.overlays ?? [],
    sets: more.sets ?? [],
    readText: (file) => {
      const found = files.get(file);
      return found === undefined ? { ok: false, reason: 'no such file' } : { ok: true, text: found };
    },
  });
}

/** The checked scenario of a text that must be right. */
export function checked(text: string, more: Parameters<typeof read>[1] = {}): Checked {
  const reading = read(text, more);
  if (!reading.ok) throw new Error(JSON.stringify(reading.issues, null, 1));
  return reading.checked;
}

/** All issues of a text, errors or warnings. */
export function issuesOf(text: string, more: Parameters<typeof read>[1] = {}): readonly Issue[] {
  const reading = read(text, more);
  return reading.ok ? reading.checked.issues : reading.issues;
}

/** Takes the marks `«»` out of a text and says where they were. */
export function unmark(marked: string): { text: string; line: number; column: number; length: number } {
  const start = marked.indexOf('«');
  const length = marked.indexOf('»') - start - 1;
  const before = marked.slice(0, start).split('\n');
  const text = marked.replace('«', '').replace('»', '');
  return { text, line: before.length, column: before.at(-1)!.length + 1, length };
}

/** Asserts that the text has exactly one issue: of this code, under the mark, with a reason and help. */
export function expectIssue(code: string, marked: string, more: Parameters<typeof read>[1] = {}): Issue {
  const { text, line, column, length } = unmark(marked);
  const issues = issuesOf(text, more);
  expect(issues.map((issue) => issue.code)).toEqual([code]);
  const issue = issues[0]!;
  expect(issue.place).toEqual({ file: 'main.yaml', line, column, length });
  expect(issue.reason ?? '').not.toBe('');
  expect(issue.help ?? '').not.toBe('');
  return issue;
}
