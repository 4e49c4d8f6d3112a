/** The model of OpenSSL against `openssl verify`, through files in PEM: the first error of both must be the same. */
import { describe, expect, test } from 'vitest';
import { judge, questionOf } from '../../src/exchange/pem/judge.ts';
import { readChain } from '../../src/exchange/pem/read.ts';
import { dice } from '../support/dice.ts';
import { drawChain, makeKeys } from './pem/chains.ts';
import { type Dialled, missing, opensslVerify } from './pem/openssl.ts';
import { NOW, pemOf, SITUATIONS, type Situation } from './pem/recorded.ts';

const SEED = Number(process.env['FUZZ_SEED'] ?? 20160524);
const CHAINS = Number(process.env['FUZZ_CHAINS'] ?? 200);
const AGAIN = `FUZZ_SEED=${SEED} FUZZ_CHAINS=${CHAINS} npx vitest run test/exchange/pem-openssl.test.ts`;

/** The first error of the model; 0 when there is none. */
function modelled({ sent, trusted, crl, host, at, partialChain = false }: Dialled): number {
  const chain = readChain({
    server: { file: 'server.pem', text: sent.join('') },
    trust: { file: 'trust.pem', text: trusted.join('') },
    crl: crl === undefined ? undefined : { file: 'crl.pem', text: crl },
  });
  const { refusal } = judge(questionOf(chain, host, at), partialChain ? 'openssl-partial-chain' : 'openssl');
  return Number(refusal?.code ?? 0);
}

function dialledIn(situation: Situation): Dialled {
  const { sent, trusted, crl, dial, clientClock } = situation;
  const blocks = (names: readonly string[]) => names.map((name) => pemOf(situation, [name], '').text);
  const [list] = crl === null ? [] : blocks(['#crl']);
  return { sent: blocks(sent), trusted: blocks(trusted), crl: list, ...dial, at: NOW + clientClock };
}

describe.skipIf(missing && process.env['CI'] !== 'true')('openssl verify (skipped: needs openssl)', () => {
  test.each(SITUATIONS)('$id', (situation) => {
    const dialled = dialledIn(situation);
    const { openssl, opensslVariants } = situation.verdicts;
    expect([modelled(dialled), opensslVerify(dialled)]).toEqual([openssl?.code ?? 0, openssl?.code ?? 0]);
    const partial = { ...dialled, partialChain: true };
    const code = opensslVariants.partialChain.code ?? 0;
    expect([modelled(partial), opensslVerify(partial)]).toEqual([code, code]);
  });

  test(`${CHAINS} chains drawn by lot (again: ${AGAIN})`, { timeout: 120_000 }, () => {
    const below = dice(SEED);
    const keys = makeKeys();
    const seen = new Set<number>();
    const differing: string[] = [];
    for (let i = 0; i < CHAINS; i += 1) {
      const { dialled, about } = drawChain(below, keys);
      const real = opensslVerify(dialled);
      const model = modelled(dialled);
      seen.add(real);
      if (real !== model)
        differing.push(`chain ${i} of seed ${SEED} (${about}): openssl ${real}, model ${model}`);
    }
    expect(differing).toEqual([]);
    expect(seen.size).toBeGreaterThanOrEqual(12);
  });
});
