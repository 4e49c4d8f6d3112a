import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY } from '../../src/base/units.ts';
import { trust, verify } from '../../src/models/trust/decide.ts';
import type { Chain, Root, TrustEvent } from '../../src/models/trust/events.ts';
import { specify } from '../support/spec.ts';

const spec = specify(trust, 'trust/zookeeper-1');

const HUB = 'registry-1.docker.io';
const filled: TrustEvent = { type: 'Filled', roots: ['public'], from: [-10], until: [10 * DAY], facts: [] };
const chain = (more: Partial<Chain> = {}): Chain => ({
  host: HUB,
  issuer: 'public',
  from: 0,
  until: DAY,
  ...more,
});
const check = (now: number, more: Partial<Chain> = {}) =>
  ({ type: 'check', chain: chain(more), now, asker: 'zookeeper-1', facts: [40], clockFact: 41 }) as const;
const accepted: TrustEvent = { type: 'Accepted', asker: 'zookeeper-1', host: HUB, issuer: 'public' };
const refused = (
  why: 'tls.untrusted-issuer' | 'tls.not-yet-valid' | 'tls.expired',
  issuer: string,
  ...rest: number[]
) =>
  ({
    type: 'Refused',
    asker: 'zookeeper-1',
    host: HUB,
    issuer,
    why,
    words:
      why === 'tls.untrusted-issuer'
        ? 'x509: certificate signed by unknown authority'
        : 'x509: certificate has expired or is not yet valid',
    facts: [40, ...rest],
  }) satisfies TrustEvent;

describe('filling a store', () => {
  test('replaces what was in it', () => {
    const state = spec
      .given(filled)
      .when({ type: 'fill', roots: [{ name: 'corp', from: 1, until: 2 }], facts: [3] })
      .then({ type: 'Filled', roots: ['corp'], from: [1], until: [2], facts: [3] })
      .state();
    expect([...state.roots.keys()]).toEqual(['corp']);
  });
});

describe('the verdict of Go (registry-and-tls.md 3.1)', () => {
  test('a leaf in time under a root of the store is accepted', () => {
    spec.given(filled).when(check(1)).then(accepted);
  });

  test('both ends of a validity are inclusive', () => {
    spec.given(filled).when(check(0)).then(accepted);
    spec.given(filled).when(check(DAY)).then(accepted);
    spec
      .given(filled)
      .when(check(-1))
      .then(refused('tls.not-yet-valid', 'public', 41));
    spec
      .given(filled)
      .when(check(DAY + 1))
      .then(refused('tls.expired', 'public', 41));
  });

  test('an unknown issuer is refused, which rests on what filled the store', () => {
    spec
      .given(filled)
      .when(check(1, { issuer: 'corp' }))
      .then(refused('tls.untrusted-issuer', 'corp', 0));
  });

  test('the dates of the leaf are looked at before its issuer: a wrong clock hides missing trust (section 7)', () => {
    spec
      .given(filled)
      .when(check(-1, { issuer: 'corp' }))
      .then(refused('tls.not-yet-valid', 'corp', 41));
    spec
      .given(filled)
      .when(check(DAY + 1, { issuer: 'corp' }))
      .then(refused('tls.expired', 'corp', 41));
  });

  test('the dates of the root come last, inclusive as well', () => {
    const narrow: TrustEvent = { ...filled, from: [5], until: [7] } as TrustEvent;
    spec.given(narrow).when(check(4)).types('Refused');
    spec.given(narrow).when(check(5)).then(accepted);
    spec.given(narrow).when(check(7)).then(accepted);
    // Both the store that holds the root and the clock that it is looked at by.
    spec
      .given(narrow)
      .when(check(8))
      .then(refused('tls.expired', 'public', 0, 41));
    spec
      .given(narrow)
      .when(check(4))
      .then(refused('tls.not-yet-valid', 'public', 0, 41));
  });

  test('says which certificate is to blame: the leaf, the store without its root, or the root', () => {
    const store = new Map<string, Root>([['public', { name: 'public', from: 5, until: 7 }]]);
    expect(verify(chain(), store, -1)).toEqual({ why: 'tls.not-yet-valid', blames: 'leaf' });
    expect(verify(chain(), store, DAY + 1)).toEqual({ why: 'tls.expired', blames: 'leaf' });
    expect(verify(chain({ issuer: 'corp' }), store, 6)).toEqual({
      why: 'tls.untrusted-issuer',
      blames: 'store',
    });
    expect(verify(chain(), store, 4)).toEqual({ why: 'tls.not-yet-valid', blames: 'root' });
    expect(verify(chain(), store, 8)).toEqual({ why: 'tls.expired', blames: 'root' });
    expect(verify(chain(), store, 6)).toBeUndefined();
  });

  test('adding a root never makes a good verdict bad', () => {
    const instant = fc.integer({ min: -5, max: 5 });
    const dates = fc
      .tuple(instant, instant)
      .map(([a, b]) => ({ from: Math.min(a, b), until: Math.max(a, b) }));
    const name = fc.constantFrom('public', 'corp', 'other');
    const roots = fc.uniqueArray(fc.tuple(name, dates), { selector: ([of]) => of });
    fc.assert(
      fc.property(roots, name, dates, instant, (list, issuer, leaf, now) => {
        const store = new Map<string, Root>(list.map(([of, valid]) => [of, { name: of, ...valid }]));
        const before = verify({ host: HUB, issuer, ...leaf }, store, now);
        if (before !== undefined) return;
        store.set('added', { name: 'added', from: 0, until: 0 });
        expect(verify({ host: HUB, issuer, ...leaf }, store, now)).toBeUndefined();
      }),
      { seed: 20160524 },
    );
  });
});

test('every command, event and refusal is specified above', () =>
  spec.shown(
    { fill: true, check: true },
    { 'tls.untrusted-issuer': true, 'tls.not-yet-valid': true, 'tls.expired': true },
  ));
