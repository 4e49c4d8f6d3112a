/** The verdicts about a chain as a page: what was sent, who accepts it, and what to do where it is refused. */
import type { Place } from '../base/issue.ts';
import { instantOf, subjectOf, titleOf } from '../exchange/pem/fix.ts';
import type { Judged } from '../exchange/pem/judge.ts';
import type { Chain } from '../exchange/pem/read.ts';
import type { Certificate } from '../models/trust/certificate.ts';
import type { Question } from '../models/trust/verify/verdict.ts';
import { markOf, type Paint } from './paint.ts';
import { tableLines } from './table.ts';
import type { Terminal } from './terminal.ts';
import { plain, plural, wrap } from './text.ts';

type Places = Chain['places'];

/** A certificate as `--json` shows it. */
export function certificateJson({ id, subject, issuer, ...rest }: Certificate, places: Places): object {
  return {
    subject: subjectOf(subject),
    issuer: subjectOf(issuer),
    notBefore: instantOf(rest.notBefore),
    notAfter: instantOf(rest.notAfter),
    sha256: id,
    place: places.get(id),
  };
}

/** What was asked, the chain, and the verifiers by what they say; the verdict last. */
export function chainLines(
  chain: Chain,
  { host, now }: Question,
  judged: readonly Judged[],
  { paint, width }: Terminal,
  quiet: boolean,
): string[] {
  const name = plain(host.name);
  const column = Math.max(...judged.map(({ verifier }) => verifier.length), 'fault'.length);
  const refusals = judged.filter(({ refusal }) => refusal !== undefined).length;
  const all = plural(judged.length, 'verifier');
  const verdict =
    refusals === 0
      ? `${markOf(true, paint)} ${name}  accepted by ${judged.length === 1 ? '' : 'all '}${all}`
      : `${markOf(false, paint)} ${name}  ${paint.bad(`refused by ${refusals} of ${all}`)}`;
  if (quiet) return [verdict];
  return [
    `${paint.strong(name)} at ${instantOf(now)}, ${plural(chain.trusted.length, 'certificate')} trusted`,
    '',
    ...sentLines(chain, now, paint),
    '',
    ...groupsOf(judged).flatMap((group) => groupLines(group, column, chain.places, paint, width)),
    verdict,
  ];
}

function sentLines({ sent, places }: Chain, now: number, paint: Paint): string[] {
  const rows = sent.map((one, i) => [
    i === 0 ? 'sent' : '',
    plain(titleOf(one.subject)),
    `${day(one.notBefore)} to ${day(one.notAfter)}`,
    where(places.get(one.id)),
  ]);
  const isOff = ({ notBefore, notAfter }: Certificate) => now < notBefore || now > notAfter;
  return tableLines(rows, {
    paint: (cell, column, row) => {
      if (column === 2 && isOff(sent[row]!)) return paint.bad(cell);
      return column === 1 ? cell : paint.faint(cell);
    },
  });
}

const day = (seconds: number): string => instantOf(seconds).slice(0, 10);
const where = (place: Place | undefined): string =>
  place === undefined ? '' : `${plain(place.file)}:${place.line}`;

/** Verifiers that stumble over the same certificate with the same way out, together. */
function groupsOf(judged: readonly Judged[]): Judged[][] {
  const groups = new Map<string, Judged[]>();
  for (const one of judged) {
    const key = `${one.refusal?.blame.id} ${one.refusal?.fix}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.values()];
}

/** The verifier's words, and its code where they do not say it. */
function wordsOf({ code, text }: NonNullable<Judged['refusal']>): string {
  return code === null || text.includes(String(code)) ? text : `${text} (${code})`;
}

function groupLines(
  group: readonly Judged[],
  column: number,
  places: Places,
  paint: Paint,
  width: number,
): string[] {
  const lines = (mark: string, label: string, text: string): string[] =>
    wrap(plain(text), width - column - 4).map((line, i) =>
      i === 0 ? `${mark} ${label}  ${line}` : `${' '.repeat(column + 4)}${line}`,
    );
  const words = group.flatMap(({ verifier, refusal }) =>
    lines(
      markOf(refusal === undefined, paint),
      verifier.padEnd(column),
      refusal === undefined ? 'accepts' : wordsOf(refusal),
    ),
  );
  const [{ refusal }] = group as readonly [Judged];
  if (refusal === undefined) return [...words, ''];
  const { subject, notBefore, notAfter, id } = refusal.blame;
  const span = `${instantOf(notBefore)} to ${instantOf(notAfter)}`;
  const fault = `${subjectOf(subject)}, ${span}, ${where(places.get(id))}`;
  const label = (text: string): string => paint.help(text.padEnd(column));
  return [...words, ...lines(' ', label('fault'), fault), ...lines(' ', label('fix'), refusal.fix), ''];
}
