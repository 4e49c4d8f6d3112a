/** Promise 5: every effect has a cause. */
import { expect, test } from 'vitest';
import type { DhcpSpec, Scenario } from '../../src/scenario/types.ts';
import { inspector, lab, lan, rehearse } from '../support/world.ts';

const scoped = (dhcp: Partial<DhcpSpec>): Partial<Scenario> => ({
  networks: { lan: { ...lan, dhcp: { ...lan.dhcp, ...dhcp } } },
});

test('every event of every story has a cause before it, and every chain ends in a line of the scenario', () => {
  for (const run of [
    rehearse(lab()),
    rehearse(lab({ proxies: { corp: inspector } })),
    rehearse(lab(scoped({ enabled: false }))),
  ]) {
    for (const { seq, cause, event } of run.events) {
      expect(cause).toBeLessThan(seq);
      if (cause === -1) expect(event).toMatchObject({ type: 'Asked', file: 'test.yaml' });
      for (const fact of (event['facts'] ?? []) as number[]) {
        expect(fact).toBeLessThan(seq);
        expect(fact).toBeGreaterThanOrEqual(0);
      }
    }
  }
});
