/** The first frame: what a reader must know to understand the events. Its hash is the identity of the run. */
import { assert } from '../base/assert.ts';
import { sha256 } from '../base/digest.ts';
import type { Wire } from '../base/wire.ts';
import { pack, unpack } from './codec.ts';
import { expect } from './damage.ts';
import { PREFACE_BOUND } from './format.ts';
import { type Kind, wrongWithKinds } from './kinds.ts';
import { wrongWithData } from './plain.ts';

/** What made the run: no clock, host name or path, so that the same run has the same preface everywhere. */
export interface Preface {
  /** `premortem 0.1.0` */
  readonly program: string;
  /** Plain data: seed, ties, until and so on. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The scenario files, by the names that events use for them. */
  readonly sources: readonly { readonly name: string; readonly text: string }[];
  readonly kinds: readonly Kind[];
}

/** The body of the preface frame. */
export function packPreface(preface: Preface): Uint8Array {
  const wrong = wrongWithKinds(preface.kinds);
  assert(wrong === undefined, `the table of kinds is right: ${wrong}`);
  const content = [
    preface.program,
    preface.options,
    preface.sources.map(({ name, text }) => [name, text]),
    preface.kinds.map(({ model, type, version, fields }) => [model, type, version, fields]),
  ];
  const mistake = wrongWithData(content);
  assert(mistake === undefined, `a preface is plain data, not ${mistake}`);
  const body = pack(content);
  assert(body.length <= PREFACE_BOUND, `scenario and options take at most ${PREFACE_BOUND} bytes`);
  return body;
}

/** Reads the body of a preface frame, or throws `Damage`. */
export function unpackPreface(body: Uint8Array): Preface {
  const content = unpack(body);
  expect(wrongWithData(content) === undefined, 'the preface is not plain data');
  expect(Array.isArray(content) && content.length === 4, 'the preface has not four parts');
  const [program, options, sources, kinds] = content as readonly unknown[];
  expect(typeof program === 'string', 'the name of the program is not a text');
  expect(isRecord(options), 'the options are not a record');
  const preface = { program, options, sources: list(sources).map(sourceOf), kinds: list(kinds).map(kindOf) };
  const wrong = wrongWithKinds(preface.kinds);
  expect(wrong === undefined, wrong ?? '');
  return preface;
}

/** The identity of the run: the hash of the body of its preface. */
export function identityOf(body: Uint8Array): Uint8Array {
  return sha256(body);
}

function sourceOf(entry: unknown): Preface['sources'][number] {
  const [name, text] = list(entry);
  expect(typeof name === 'string' && typeof text === 'string', 'a source is not a name and a text');
  return { name, text };
}

function kindOf(entry: unknown): Kind {
  const [model, type, version, fields] = list(entry);
  expect(typeof model === 'string' && typeof type === 'string', 'a kind of event has no name');
  expect(typeof version === 'number', 'a kind of event has no version');
  return { model, type, version, fields: list(fields).map(fieldOf) };
}

function fieldOf(entry: unknown): readonly [name: string, wire: Wire] {
  const [name, wire] = list(entry);
  expect(typeof name === 'string' && typeof wire === 'string', 'a field is not a name and a way of writing');
  // `wrongWithKinds` refuses the words that are not wires.
  return [name, wire as Wire];
}

function list(value: unknown): readonly unknown[] {
  expect(Array.isArray(value), 'the preface lacks a list');
  return value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
