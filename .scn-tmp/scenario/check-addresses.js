/** Whether addresses fit: inside their network, not reserved, not given out by DHCP at the same time. */
import { broadcastOf, formatAddress, isInside } from "./address.js";
import { shownAddress } from "./desk.js";
import { quote } from "./show.js";
/** Checks every address of the scenario. */
export function checkAddresses(desk, scenario) {
    for (const [name, network] of Object.entries(scenario.networks))
        checkNetwork(desk, name, network);
    const statics = [
        ...infrastructure(scenario),
        ...scenario.actions.flatMap((action) => byAction(scenario, action)),
    ];
    for (const one of statics) {
        const network = scenario.networks[one.network];
        if (network === undefined || desk.wasPruned(['networks', one.network, 'cidr']))
            continue;
        if (!one.infrastructure && !checkPlace(desk, network, one))
            continue;
        checkScope(desk, scenario, network, one);
    }
    checkServed(desk, scenario);
}
function checkNetwork(desk, name, network) {
    if (desk.wasPruned(['networks', name, 'cidr']))
        return;
    const { dhcp, gateway } = network;
    if (!isInside(network, gateway)) {
        desk.warning('address.outside-subnet', ['networks', name, 'gateway'], `the gateway is outside ${subnet(network)}`, {
            reason: 'machines of the network cannot reach it directly',
            help: `write an address of ${subnet(network)}`,
        });
    }
    if (dhcp === undefined || dhcp.last < dhcp.first)
        return;
    const path = ['networks', name, 'dhcp', 'scope'];
    if (!isInside(network, dhcp.first) || !isInside(network, dhcp.last)) {
        desk.error('address.outside-subnet', path, `the scope reaches outside ${subnet(network)}`, {
            reason: 'a lease from there would be of no use on this network',
            help: `keep it between \`${formatAddress(network.network + 1)}\` and \`${formatAddress(broadcastOf(network) - 1)}\``,
        });
    }
    else if (dhcp.first === network.network || dhcp.last === broadcastOf(network)) {
        const which = dhcp.first === network.network ? 'network' : 'broadcast';
        desk.error('address.reserved', path, `the scope gives out the ${which} address`, {
            reason: 'no machine can have it',
            help: `keep it between \`${formatAddress(network.network + 1)}\` and \`${formatAddress(broadcastOf(network) - 1)}\``,
        });
    }
}
function infrastructure(scenario) {
    return Object.entries(scenario.networks).flatMap(([network, { gateway, dns }]) => [
        {
            address: gateway,
            network,
            owner: 'the gateway',
            path: ['networks', network, 'gateway'],
            infrastructure: true,
        },
        ...dns.map((address, index) => {
            return {
                address,
                network,
                owner: 'a name server',
                path: ['networks', network, 'dns', index],
                infrastructure: true,
            };
        }),
    ]);
}
function byAction(scenario, action) {
    const match = /^do\[(\d+)\]$/.exec(action.path);
    const path = ['do', Number(match?.[1] ?? 0), action.verb];
    const network = scenario.platform?.network ?? '';
    if (action.verb === 'create-cluster') {
        return action.cluster.zookeepers.map((address, index) => {
            return {
                address,
                network,
                owner: 'a ZooKeeper node',
                path: [...path, 'zookeepers', index],
                infrastructure: false,
            };
        });
    }
    if (action.verb === 'create-vm' && action.vm.address !== 'dhcp') {
        const { address, name } = action.vm;
        return [
            { address, network, owner: `VM ${quote(name)}`, path: [...path, 'address'], infrastructure: false },
        ];
    }
    if (action.verb !== 'take-address' || action.address === 0)
        return [];
    const owner = quote(action.holder);
    return [
        {
            address: action.address,
            network: action.network,
            owner,
            path: [...path, 'address'],
            infrastructure: false,
        },
    ];
}
/** Whether the address can be used on its network; an issue if not. */
function checkPlace(desk, network, one) {
    const shown = shownAddress(one.address);
    if (!isInside(network, one.address)) {
        desk.error('address.outside-subnet', one.path, `${shown} is outside ${subnet(network)}`, {
            reason: `${one.owner} is on the network ${quote(one.network)}`,
            help: `write an address of ${subnet(network)}`,
        });
        return false;
    }
    const reserved = [
        { address: network.network, what: 'the network address' },
        { address: broadcastOf(network), what: 'the broadcast address' },
        { address: network.gateway, what: 'the gateway' },
    ].find(({ address }) => address === one.address);
    if (reserved === undefined || (reserved.what === 'the gateway' && one.path[2] === 'take-address'))
        return true;
    desk.error('address.reserved', one.path, `${shown} is ${reserved.what} of ${quote(one.network)}`, {
        reason: `${one.owner} cannot have it`,
        help: 'write another address',
    });
    return false;
}
function checkScope(desk, scenario, network, one) {
    const { dhcp } = network;
    if (dhcp === undefined || one.address < dhcp.first || one.address > dhcp.last)
        return;
    if (!dhcp.enabled && !isStarted(scenario, one.network))
        return;
    const scope = `\`${formatAddress(dhcp.first)}-${formatAddress(dhcp.last)}\``;
    desk.warning('scope.covers-static', one.path, `${shownAddress(one.address)} of ${one.owner} lies in the DHCP scope`, {
        reason: `the server of ${quote(one.network)} gives out ${scope} and does not know that it is taken`,
        help: 'shrink the scope, or move the address out of it',
    });
}
function isStarted(scenario, network) {
    return scenario.actions.some((action) => action.verb === 'start-dhcp' && action.network === network);
}
/** Machines that will ask for an address on a network where nobody answers. */
function checkServed(desk, scenario) {
    const name = scenario.platform?.network;
    const network = name === undefined ? undefined : scenario.networks[name];
    if (name === undefined || network === undefined || network.dhcp?.enabled || isStarted(scenario, name))
        return;
    if (desk.wasPruned(['networks', name, 'dhcp']))
        return;
    for (const action of scenario.actions) {
        const asks = action.verb === 'create-cluster' || (action.verb === 'create-vm' && action.vm.address === 'dhcp');
        if (!asks)
            continue;
        const index = Number(/\d+/.exec(action.path)?.[0] ?? 0);
        desk.warning('dhcp.missing', ['do', index, action.verb], `nobody answers DHCP on ${quote(name)}`, {
            reason: 'machines made here will ask for an address',
            help: `write networks.${name}.dhcp: { enabled: true, scope: FIRST-LAST }`,
        });
        return;
    }
}
function subnet(network) {
    return `\`${formatAddress(network.network)}/${network.prefix}\``;
}
