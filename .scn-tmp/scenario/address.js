/** IPv4 addresses, networks and scopes as unsigned numbers. */
import ipaddr from 'ipaddr.js';
/** Reads `10.20.0.1`: four decimal parts, nothing shorter, no leading zeros. */
export function parseAddress(text) {
    if (!ipaddr.IPv4.isValidFourPartDecimal(text)) {
        return invalid('this is not an IPv4 address', 'write four numbers from 0 to 255: 10.20.0.11');
    }
    const [a = 0, b = 0, c = 0, d = 0] = ipaddr.IPv4.parse(text).octets;
    return { ok: true, value: ((a * 256 + b) * 256 + c) * 256 + d };
}
/** Writes an address as four decimal parts. */
export function formatAddress(address) {
    return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
/** Reads `10.20.0.0/24`. An address inside the network is refused, with the network offered. */
export function parseCidr(text) {
    const [base = '', bits = '', ...rest] = text.split('/');
    const address = parseAddress(base);
    const help = 'write a network address and a prefix length: 10.20.0.0/24';
    if (!address.ok || rest.length > 0 || !/^\d{1,2}$/.test(bits))
        return invalid('this is not an IPv4 network', help);
    const prefix = Number(bits);
    if (prefix < 8 || prefix > 30) {
        return invalid(`a network with prefix length ${prefix} is not supported`, 'use a prefix length from 8 to 30');
    }
    const size = 2 ** (32 - prefix);
    const network = address.value - (address.value % size);
    if (network !== address.value) {
        return invalid('this is an address inside the network', `write \`${formatAddress(network)}/${prefix}\``);
    }
    return { ok: true, value: { network, prefix } };
}
/** Reads `10.20.0.50-10.20.0.199`. */
export function parseScope(text) {
    const ends = text.split('-').map((end) => parseAddress(end.trim()));
    const [first, last] = ends;
    if (ends.length !== 2 || !first?.ok || !last?.ok) {
        return invalid('this is not a scope', 'write the first and the last address: 10.20.0.50-10.20.0.199');
    }
    if (first.value <= last.value)
        return { ok: true, value: { first: first.value, last: last.value } };
    const turned = `${formatAddress(last.value)}-${formatAddress(first.value)}`;
    return {
        ok: false,
        code: 'scope.reversed',
        message: 'the scope ends before it begins',
        help: `write \`${turned}\``,
    };
}
/** The last address of a network, its broadcast address. */
export function broadcastOf(cidr) {
    return cidr.network + 2 ** (32 - cidr.prefix) - 1;
}
/** Whether the address belongs to the network, its first and last included. */
export function isInside(cidr, address) {
    return address >= cidr.network && address <= broadcastOf(cidr);
}
function invalid(message, help) {
    return { ok: false, code: 'address.invalid', message, help };
}
