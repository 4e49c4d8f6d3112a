/** What is done and when. */
import { formatDuration } from "../base/units.js";
import { resolveClusterAction, resolveVmAction } from "./resolve-cluster.js";
import { trusted } from "./resolve-platform.js";
import { VERBS } from "./schema-cluster.js";
import { choices } from "./show.js";
import { needPlatform } from "./stage.js";
/** Actions in the order written. An action on a glob of hosts becomes one for each. */
export function resolveActions(desk, written, until, platform) {
    const actions = written.do ?? [];
    const made = (verb) => actions.flatMap((action) => action[verb]?.name ?? []);
    const stage = {
        desk,
        platform,
        networks: written.networks ?? {},
        clusters: made('create-cluster'),
        vms: made('create-vm'),
    };
    return actions.flatMap((action, index) => {
        const path = ['do', index];
        const at = desk.need(action.at, [...path, 'at'], 0, '5m');
        if (at > until) {
            desk.warning('time.after-until', [...path, 'at'], 'this happens after the simulation ends', {
                reason: `it ends at ${formatDuration(until)}`,
                help: 'raise `until`, or let it happen earlier',
            });
        }
        return doings(stage, action, path).map((doing) => ({ path: desk.label(path), at, ...doing }));
    });
}
function doings(stage, action, path) {
    const { desk } = stage;
    const verbs = VERBS.filter((verb) => action[verb] !== undefined);
    const [verb] = verbs;
    if (verb !== undefined && verbs.length === 1)
        return one(stage, action, verb, [...path, verb]);
    if (verb === undefined && desk.lostParts(path))
        return [];
    if (verb === undefined) {
        desk.error('key.missing', path, 'this says when, but not what is done', {
            reason: 'an action has a time and one verb',
            help: `write ${choices(VERBS)}`,
        });
        return [];
    }
    const written = desk.keysAt(path).filter((key) => verbs.some((name) => name === key));
    desk.issues.error('value.type', 'an action does one thing', {
        place: desk.keyPlace([...path, written[1] ?? verb]),
        reason: `it has ${choices(written, 'and')}`,
        help: 'write an action of its own for each, with the same `at`',
    });
    return [];
}
function one(stage, action, verb, path) {
    const { desk } = stage;
    switch (verb) {
        case 'create-cluster':
            return [{ verb, cluster: resolveClusterAction(stage, action[verb], path) }];
        case 'delete-cluster':
            desk.known('cluster', action[verb], path, stage.clusters);
            return [{ verb, name: action[verb] }];
        case 'create-vm':
            return [{ verb, vm: resolveVmAction(stage, action[verb], path) }];
        case 'delete-vm':
            desk.known('vm', action[verb], path, stage.vms);
            return [{ verb, name: action[verb] }];
        case 'edit-template':
            return [editTemplate(stage, action, path)];
        case 'start-dhcp':
        case 'stop-dhcp':
            return [serveDhcp(stage, action[verb], verb, path)];
        case 'power-on-host':
        case 'fail-host':
            return desk.select('host', action[verb], path).map((host) => ({ verb, host }));
        case 'set-clock':
            return setClock(desk, action[verb], path);
        case 'take-address':
            return [takeAddress(desk, action[verb], path)];
    }
}
function editTemplate({ desk, platform }, action, path) {
    needPlatform(desk, platform, path);
    const { trusts } = action['edit-template'] ?? {};
    const roots = desk.need(trusts, [...path, 'trusts'], [], '[corp-root]');
    return { verb: 'edit-template', trusts: trusted(desk, roots, [...path, 'trusts']) };
}
function serveDhcp({ desk, networks }, network, verb, path) {
    const dhcpPath = ['networks', network, 'dhcp'];
    const declared = Object.hasOwn(networks, network) ? networks[network] : undefined;
    if (desk.refer('network', network, path) && declared !== undefined && declared.dhcp?.scope === undefined) {
        if (!desk.wasPruned([...dhcpPath, 'scope'])) {
            desk.error('dhcp.missing', path, `the network \`${network}\` has no DHCP scope`, {
                reason: 'there is no server to start or stop',
                help: `write networks.${network}.dhcp: { enabled: false, scope: 10.20.0.50-10.20.0.199 }`,
            });
        }
    }
    return { verb, network };
}
function setClock(desk, set, path) {
    const pattern = desk.need(set.host, [...path, 'host'], '', 'esx-01');
    const clock = desk.need(set.clock, [...path, 'clock'], 0, '0s');
    if (set.host === undefined)
        return [];
    return desk.select('host', pattern, [...path, 'host']).map((host) => ({ verb: 'set-clock', host, clock }));
}
function takeAddress(desk, take, path) {
    const network = desk.need(take.network, [...path, 'network'], '', 'mgmt');
    if (take.network !== undefined)
        desk.refer('network', network, [...path, 'network']);
    const address = desk.need(take.address, [...path, 'address'], 0, '10.20.0.60');
    const holder = desk.need(take.holder, [...path, 'holder'], '', 'printer');
    return { verb: 'take-address', network, address, holder };
}
