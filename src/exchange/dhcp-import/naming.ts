/** Names for networks and reservations: what the file calls them, made fit to be names. */
import { type Cidr, formatAddress } from '../../scenario/address.ts';
import { isName } from '../../scenario/names.ts';
import type { Reservation, Subnet } from './found.ts';

/** Longer comments are sentences, not names. */
const WORDS = 3;
const LENGTH = 32;

/** The text as a name: words joined by hyphens; empty when it is none. */
export function nameFrom(text: string): string {
  const words = text
    .slice(0, 200)
    .split(/[^A-Za-z0-9._-]+/)
    .filter((word) => word !== '');
  const name = words.join('-').replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '');
  const isShort = words.length <= WORDS && name.length <= LENGTH;
  return isShort && isName(name) && /[A-Za-z]/.test(name) ? name : '';
}

/** `10-77-1` of 10.77.1.0/24; parts that the prefix leaves empty are not said. */
export function subnetName({ network, prefix }: Cidr): string {
  const parts = formatAddress(network).split('.');
  return parts.slice(0, Math.ceil(prefix / 8)).join('-');
}

/** Gives each name once; the second `a` is `a-2`. */
class Distinct {
  readonly #used = new Set<string>();
  readonly #next = new Map<string, number>();

  of(name: string): string {
    let made = name;
    for (let i = this.#next.get(name) ?? 2; this.#used.has(made); i += 1) {
      made = `${name.slice(0, 50)}-${i}`;
      this.#next.set(name, i + 1);
    }
    this.#used.add(made);
    return made;
  }
}

/** The name of each subnet: the wanted one, or the first that the file has for it; with its addresses where several have it. */
export function networkNames(subnets: readonly Subnet[], wanted: string | undefined): readonly string[] {
  const names = subnets.map(
    (subnet) => wanted ?? subnet.names.map(nameFrom).find((name) => name !== '') ?? 'net',
  );
  const count = new Map<string, number>();
  for (const name of names) count.set(name, (count.get(name) ?? 0) + 1);
  const distinct = new Distinct();
  return names.map((name, i) => {
    const isAlone = count.get(name) === 1 && name !== 'net';
    return distinct.of(isAlone ? name : `${name}-${subnetName(subnets[i]!.cidr)}`);
  });
}

/** Reservations by name; those without one are called after their address. */
export function reservationNames(list: readonly Reservation[]): ReadonlyMap<string, Reservation> {
  const distinct = new Distinct();
  return new Map(
    list.map((one) => {
      const name = isName(one.name) ? one.name : nameFrom(one.name);
      const other = `host-${formatAddress(one.address).replaceAll('.', '-')}`;
      return [distinct.of(name === '' ? other : name), one];
    }),
  );
}
