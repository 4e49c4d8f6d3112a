/** `check-chain`: what verifiers would say about certificates in real files. */
import { basename, dirname } from 'node:path';
import { SECOND } from '../base/units.ts';
import { instantOf } from '../exchange/pem/fix.ts';
import { type Judged, judge, questionOf, USUAL } from '../exchange/pem/judge.ts';
import { type Chain, type PemFile, readChain, TEXT_LIMIT } from '../exchange/pem/read.ts';
import { VERIFIERS, type Verifier } from '../models/trust/verify/profile.ts';
import type { Question } from '../models/trust/verify/verdict.ts';
import { parseInstant } from '../scenario/instant.ts';
import { type Call, EXIT, type ExitCode, oneOf, Stop } from './call.ts';
import { certificateJson, chainLines } from './chain-view.ts';
import { readerIn } from './input.ts';
import { issueLines } from './issue-view.ts';
import { plain, plural } from './text.ts';

const NAMES = Object.keys(VERIFIERS) as Verifier[];

export function perform({ options, terminal }: Call): ExitCode {
  const { server, trust, crl, host, json, quiet } = options;
  const at = instantIn(options.at);
  const verifiers = options.verifier?.map((name) => oneOf('--verifier', name, NAMES)) ?? USUAL;
  const files = {
    server: fileOf('--server', server, 'what the server sends'),
    trust: fileOf('--trust', trust, 'what its clients trust'),
    crl: crl === undefined ? undefined : fileOf('--crl', crl, 'revocation lists'),
  };
  if (host === undefined || host === '')
    throw new Stop(
      EXIT.usage,
      '--host is missing.',
      'name the host as clients dial it: --host registry.example',
    );
  const chain = readChain(files);
  const question = questionOf(chain, host, at);
  const judged = chain.ok ? verifiers.map((name) => judge(question, name)) : [];
  if (json === true) terminal.json(jsonOf(chain, question, judged));
  else {
    const paint = terminal.errorPaint;
    const sources = Object.values(files).flatMap((file) =>
      file ? [{ name: file.file, text: file.text }] : [],
    );
    if (quiet !== true) terminal.say(chain.issues.flatMap((issue) => issueLines(issue, sources, paint)));
    if (chain.ok) terminal.print(chainLines(chain, question, judged, terminal, quiet === true));
    else {
      const errors = chain.issues.filter(({ severity }) => severity === 'error').length;
      terminal.say(paint.bad(`✗ ${plural(errors, 'error')}: nothing was checked`));
    }
  }
  if (!chain.ok) return EXIT.usage;
  return isAccepted(judged) ? EXIT.done : EXIT.unmet;
}

/** The instant of the question, in seconds since 1970; the machine's clock when none is given. */
function instantIn(text: string | undefined): number {
  if (text === undefined) return Math.floor(Date.now() / 1000);
  const read = parseInstant(text);
  if (read.ok) return Math.floor(read.value / SECOND);
  throw new Stop(EXIT.usage, `--at: ${plain(text)}: ${read.message}.`, read.help);
}

function fileOf(flag: string, file: string | undefined, what: string): PemFile {
  if (file === undefined)
    throw new Stop(EXIT.usage, `${flag} is missing.`, `name the file with ${what}, in PEM`);
  const read = readerIn(dirname(file))(basename(file));
  if (read.ok) return { file, text: read.text };
  // Too big for the reader is too big for the check, which says so in its own words.
  if (read.size !== undefined) return { file, text: ' '.repeat(TEXT_LIMIT + 1) };
  throw new Stop(EXIT.usage, `${file} cannot be read: ${read.reason}.`);
}

function jsonOf(chain: Chain, { host, now }: Question, judged: readonly Judged[]): unknown {
  return {
    host: host.name,
    at: instantOf(now),
    ok: chain.ok && isAccepted(judged),
    sent: chain.sent.map((one) => certificateJson(one, chain.places)),
    trusted: chain.trusted.length,
    verdicts: judged.map(({ verifier, refusal }) => {
      if (refusal === undefined) return { verifier, ok: true };
      const { class: fault, code, text, blame, fix } = refusal;
      return {
        verifier,
        ok: false,
        fault,
        code,
        text,
        certificate: certificateJson(blame, chain.places),
        fix,
      };
    }),
    issues: chain.issues,
  };
}

const isAccepted = (judged: readonly Judged[]): boolean =>
  judged.every(({ refusal }) => refusal === undefined);
