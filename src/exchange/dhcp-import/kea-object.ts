/** Objects of a Kea configuration: members by name, each read at most once as what it must be; the others are reported. */
import type { Micros } from '../../base/units.ts';
import { nearest } from '../../scenario/names.ts';
import { quote } from '../../scenario/show.ts';
import type { Given } from './found.ts';
import type { Json, Member } from './json.ts';
import type { Sheet } from './sheet.ts';
import type { Span, Word } from './text.ts';
import { secondsOf } from './values.ts';
import { wordList } from './words.ts';

/** Keys that say nothing about who gets which address. */
const isMoot = wordList(`
  ddns-* dhcp-ddns lease-database control-socket control-sockets loggers expired-leases-processing sanity-checks multi-threading
  server-tag statistic-* hostname-char-* option-def compatibility next-server server-hostname boot-file-name 4o6-*
  store-extended-info dhcp-queue-control parked-packet-limit qualifying-suffix enable-updates override-* replace-client-name
  generated-prefix id user-context comment interfaces-config host-reservation-identifiers ip-reservations-unique
  early-global-reservations-lookup reservations-lookup-first reservations-global reservations-out-of-pool echo-client-id cache-max-age
`);

export class KeaObject {
  readonly span: Span;
  /** What a comment before it says. */
  readonly remark: string;
  readonly #members = new Map<string, Member>();
  readonly #read = new Set<string>();
  readonly #sheet: Sheet;

  constructor(json: Json, sheet: Sheet) {
    this.span = { from: json.from, to: Math.min(json.to, json.from + 1) };
    this.remark = json.kind === 'object' ? json.remark : '';
    this.#sheet = sheet;
    if (json.kind === 'include') sheet.notFollowed(json, 'the included file');
    else if (json.kind !== 'object') this.#wrong(json, 'an object', 'write `{ ... }`');
    else for (const member of json.members) this.#add(member);
  }

  #add(member: Member): void {
    const { key, value } = member;
    if (value.kind === 'include') this.#sheet.notFollowed(value, 'the included file');
    else if (this.#members.has(key.text)) {
      const reason = 'one object has a key once; Kea takes the last or refuses the file';
      this.#sheet.warning(
        'import.value',
        key,
        `${quote(key.text)} is there twice`,
        reason,
        'remove one of them',
      );
    }
    if (value.kind !== 'include') this.#members.set(key.text, member);
  }

  #wrong(json: Json, what: string, help: string): void {
    const text = this.#sheet.text.text.slice(json.from, json.from + 60);
    this.#sheet.badValue({ from: json.from, to: json.to, text: text.split('\n', 1)[0] ?? '' }, what, help);
  }

  #take(key: string): Member | undefined {
    this.#read.add(key);
    return this.#members.get(key);
  }

  has(key: string): boolean {
    return this.#members.has(key);
  }

  /** The member under this key, for those who look inside themselves. */
  object(key: string): KeaObject | undefined {
    const member = this.#take(key);
    return member && new KeaObject(member.value, this.#sheet);
  }

  items(key: string): readonly Json[] {
    const value = this.#take(key)?.value;
    if (value === undefined) return [];
    if (value.kind === 'array') {
      for (const item of value.items)
        if (item.kind === 'include') this.#sheet.notFollowed(item, 'the included file');
      return value.items.filter(({ kind }) => kind !== 'include');
    }
    this.#wrong(value, 'a list', 'write `[ ... ]`');
    return [];
  }

  objects(key: string): readonly KeaObject[] {
    return this.items(key).map((item) => new KeaObject(item, this.#sheet));
  }

  /** A text; numbers are texts, too, because codes are written both ways. */
  word(key: string): Word | undefined {
    const value = this.#take(key)?.value;
    if (value === undefined) return undefined;
    if (value.kind === 'string' || value.kind === 'number')
      return { text: value.text, from: value.from, to: value.to };
    this.#wrong(value, 'a text', 'write it in quotes');
    return undefined;
  }

  text(key: string): string {
    return this.word(key)?.text ?? '';
  }

  flag(key: string): Given<boolean> | undefined {
    const value = this.#take(key)?.value;
    if (value === undefined) return undefined;
    if (value.kind === 'word' && (value.text === 'true' || value.text === 'false'))
      return { value: value.text === 'true', from: value.from, to: value.to };
    this.#wrong(value, 'true or false', 'write `true` or `false`');
    return undefined;
  }

  /** A number of seconds. */
  seconds(key: string): Given<Micros> | undefined {
    const word = this.word(key);
    if (word === undefined) return undefined;
    const value = secondsOf(word.text);
    if (value === undefined) this.#sheet.badValue(word, 'a number of seconds', 'write a whole number');
    return value === undefined ? undefined : { value, from: word.from, to: word.to };
  }

  /** A plain number, as of percentages. */
  number(key: string, otherwise: number): number {
    const word = this.word(key);
    const value =
      word === undefined || !/^\d{0,9}(\.\d{1,9})?$/.test(word.text) ? Number.NaN : Number(word.text);
    if (word !== undefined && Number.isNaN(value)) this.#sheet.badValue(word, 'a number', 'write a number');
    return Number.isNaN(value) ? otherwise : value;
  }

  /** Reads keys that matter and for which a scenario has no words. */
  unsupported(keys: Readonly<Record<string, string>>): void {
    for (const [key, reason] of Object.entries(keys)) {
      const member = this.#take(key);
      const { value } = member ?? {};
      const empty =
        value?.kind === 'array' ? value.items.length === 0 : value?.kind === 'word' && value.text !== 'true';
      if (member !== undefined && !empty) this.#sheet.leftOut(member.key, quote(key), reason);
    }
  }

  /** Reports keys that nobody asked for. */
  close(): void {
    for (const [name, { key }] of this.#members) {
      if (this.#read.has(name) || isMoot(name)) continue;
      const close = nearest(name, this.#read);
      const help = close === undefined ? undefined : `did you mean ${quote(close)}?`;
      this.#sheet.leftOut(key, quote(name), 'this key is not known here', help);
    }
  }
}
