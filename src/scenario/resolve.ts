/** A scenario of the right shape to a checked one: names resolved, defaults filled in, everything that must fit, fits. */
import { DAY, type Micros } from '../base/units.ts';
import { checkAddresses } from './check-addresses.ts';
import { checkDemand } from './check-demand.ts';
import type { Desk } from './desk.ts';
import { resolveExpectations } from './expect.ts';
import { parseInstant } from './instant.ts';
import { resolveActions } from './resolve-actions.ts';
import { resolveDatastores, resolveHosts } from './resolve-hardware.ts';
import { resolveAuthorities, resolveProxies, resolveSites } from './resolve-internet.ts';
import { resolveMachines, resolveNetworks } from './resolve-network.ts';
import { resolvePlatform } from './resolve-platform.ts';
import type { Written } from './schema.ts';
import { resolveThresholds } from './thresholds.ts';
import type { Scenario } from './types.ts';

/** When a scenario does not say when it starts. */
const DEFAULT_START = '2016-01-01T00:00:00Z';

/** Failure codes and metrics of the models, when the caller wants words in `expect` and `thresholds` checked. */
export interface Vocabulary {
  readonly failures?: readonly string[];
  readonly metrics?: readonly string[];
}

/** Resolves everything. The scenario is to be used only when the desk's issues have no error. */
export function resolveScenario(
  desk: Desk,
  written: Written,
  fallbackName: string,
  words: Vocabulary,
): Scenario {
  const start = written.start ?? startOf(DEFAULT_START);
  const until = desk.need(written.until, ['until'], DAY, '90m');
  const platform = written.platform && resolvePlatform(desk, written.platform);
  const actions = resolveActions(desk, written, until, platform);
  const authorities = resolveAuthorities(desk, written.pki, start);
  const scenario: Scenario = {
    name: written.name ?? fallbackName,
    about: (written.about ?? '').toWellFormed(),
    start,
    until,
    seed: String(written.seed ?? 'premortem').toWellFormed(),
    hosts: resolveHosts(desk, written.hosts),
    datastores: resolveDatastores(desk, written.datastores),
    networks: resolveNetworks(desk, written.networks),
    machines: resolveMachines(desk, written.machines),
    authorities,
    internet: resolveSites(desk, written.internet, authorities, start),
    proxies: resolveProxies(desk, written.proxies),
    ...(platform === undefined ? {} : { platform }),
    actions,
    expect: resolveExpectations(desk, written, actions, until, words.failures),
    thresholds: resolveThresholds(desk, written.thresholds, words.metrics),
  };
  checkAddresses(desk, scenario);
  checkDemand(desk, scenario);
  return scenario;
}

function startOf(text: string): Micros {
  const start = parseInstant(text);
  return start.ok ? start.value : 0;
}
