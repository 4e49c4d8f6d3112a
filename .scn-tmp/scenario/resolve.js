/** A scenario of the right shape to a checked one: names resolved, defaults filled in, everything that must fit, fits. */
import { DAY } from "../base/units.js";
import { checkAddresses } from "./check-addresses.js";
import { checkDemand } from "./check-demand.js";
import { resolveExpectations } from "./expect.js";
import { parseInstant } from "./instant.js";
import { resolveActions } from "./resolve-actions.js";
import { resolveDatastores, resolveHosts, resolveNetworks } from "./resolve-hardware.js";
import { resolveProxies, resolveRoots, resolveSites } from "./resolve-internet.js";
import { resolvePlatform } from "./resolve-platform.js";
import { wellFormed } from "./show.js";
import { resolveThresholds } from "./thresholds.js";
/** When a scenario does not say when it starts. */
const DEFAULT_START = '2016-01-01T00:00:00Z';
/** Resolves everything. The scenario is to be used only when the desk's issues have no error. */
export function resolveScenario(desk, written, fallbackName, words) {
    const start = written.start ?? startOf(DEFAULT_START);
    const until = desk.need(written.until, ['until'], DAY, '90m');
    const platform = written.platform && resolvePlatform(desk, written.platform);
    const actions = resolveActions(desk, written, until, platform);
    const scenario = {
        name: written.name ?? fallbackName,
        about: wellFormed(written.about ?? ''),
        start,
        until,
        seed: wellFormed(String(written.seed ?? 'premortem')),
        hosts: resolveHosts(desk, written.hosts),
        datastores: resolveDatastores(desk, written.datastores),
        networks: resolveNetworks(desk, written.networks),
        roots: resolveRoots(desk, written.pki?.roots, start),
        internet: resolveSites(desk, written.internet, start),
        proxies: resolveProxies(desk, written.proxies),
        ...(platform === undefined ? {} : { platform }),
        actions,
        expect: resolveExpectations(desk, written.expect, actions, until, words.failures),
        thresholds: resolveThresholds(desk, written.thresholds, words.metrics),
    };
    checkAddresses(desk, scenario);
    checkDemand(desk, scenario);
    return scenario;
}
function startOf(text) {
    const start = parseInstant(text);
    return start.ok ? start.value : 0;
}
