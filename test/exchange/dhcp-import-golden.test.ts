/** Configurations of real servers that were recorded: their import says what those servers did. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseDuration, SECOND } from '../../src/base/units.ts';
import { imported } from './dhcp-import/given.ts';

interface Recorded {
  readonly case: string;
  readonly software: 'dnsmasq' | 'kea' | 'isc';
  readonly config: unknown;
  readonly effective: {
    readonly pool: readonly [string, string];
    readonly lease_s: number;
    readonly max_lease_s?: number;
    readonly t1?: number | null;
    readonly t2?: number | null;
    readonly authoritative: boolean;
    readonly ping_check: boolean;
    readonly decline_s?: number;
    readonly reservations: readonly [string, string][];
  };
}

const RECORDED = JSON.parse(
  readFileSync(new URL('dhcp-import/golden.json', import.meta.url), 'utf8'),
) as readonly Recorded[];

function seconds(text: string | undefined): number | undefined {
  const read = text === undefined ? undefined : parseDuration(text);
  return read?.ok ? read.value / SECOND : undefined;
}

test.each(RECORDED.map((one) => [one.case, one.software, one] as const))(
  '%s of %s',
  (_, software, recorded) => {
    const { config, effective } = recorded;
    const text = typeof config === 'string' ? config : JSON.stringify(config, null, 2);

    const result = imported(text);

    expect(result.issues.filter(({ severity }) => severity === 'error')).toEqual([]);
    const { dhcp } = Object.values(result.networks).find((network) => network.dhcp !== undefined) ?? {};
    expect(dhcp).toMatchObject({ software, scope: effective.pool.join('-') });
    expect(seconds(dhcp?.lease)).toBe(effective.lease_s);
    expect(seconds(dhcp?.['max-lease'])).toBe(effective.max_lease_s);
    expect([seconds(dhcp?.t1), seconds(dhcp?.t2)]).toEqual([
      effective.t1 ?? undefined,
      effective.t2 ?? undefined,
    ]);
    expect(dhcp?.authoritative ?? false).toBe(effective.authoritative);
    expect(dhcp?.check ?? (software === 'kea' ? 'none' : 'ping')).toBe(
      effective.ping_check ? 'ping' : 'none',
    );
    if (effective.decline_s !== undefined)
      expect(seconds(dhcp?.quarantine) ?? 86_400).toBe(effective.decline_s);
    const reservations = Object.values(dhcp?.reservations ?? {});
    expect(reservations.map((one) => ['mac' in one && one.mac, one.address])).toEqual(effective.reservations);
  },
);
