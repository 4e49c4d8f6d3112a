/** Name constraints as GnuTLS collects them down a chain (lib/x509/name_constraints.c 3.7): permitted names meet, excluded ones add up. */
import type { Certificate, NameConstraints } from '../certificate.ts';
import { bytesOf, inNetwork } from './address.ts';

/** Undefined: no constraint of the kind. An empty list permits nothing. */
export interface Limits {
  readonly permittedDns: readonly string[] | undefined;
  readonly permittedIp: readonly string[] | undefined;
  readonly excludedDns: readonly string[];
  readonly excludedIp: readonly string[];
}

export const UNLIMITED: Limits = {
  permittedDns: undefined,
  permittedIp: undefined,
  excludedDns: [],
  excludedIp: [],
};

/** GnuTLS knows no leading dot: a name is the constraint's or ends in a dot and it. */
const isBelow = (name: string, constraint: string) =>
  constraint === '' ||
  name.toLowerCase() === constraint.toLowerCase() ||
  name.toLowerCase().endsWith(`.${constraint.toLowerCase()}`);

const isSubnet = (inner: string, outer: string) => {
  const [address = '', length = ''] = inner.split('/');
  return Number(length) >= Number(outer.split('/')[1]) && inNetwork(address, outer);
};

/** What lies in both lists. */
function common(
  mine: readonly string[] | undefined,
  its: readonly string[],
  within: (inner: string, outer: string) => boolean,
): readonly string[] | undefined {
  if (its.length === 0) return mine;
  if (mine === undefined) return its;
  return mine.flatMap((a) => its.flatMap((b) => (within(a, b) ? [a] : within(b, a) ? [b] : [])));
}

/** The limits below an authority with these constraints. */
export function narrowed(limits: Limits, constraints: NameConstraints | undefined): Limits {
  if (constraints === undefined) return limits;
  return {
    permittedDns: common(limits.permittedDns, constraints.permittedDns, isBelow),
    permittedIp: common(limits.permittedIp, constraints.permittedIp, isSubnet),
    excludedDns: [...limits.excludedDns, ...constraints.excludedDns],
    excludedIp: [...limits.excludedIp, ...constraints.excludedIp],
  };
}

const allowed = (
  name: string,
  permitted: readonly string[] | undefined,
  excluded: readonly string[],
  within: (name: string, constraint: string) => boolean,
) =>
  !excluded.some((one) => within(name, one)) &&
  (permitted === undefined || permitted.some((one) => within(name, one)));

/** Whether all names of a leaf are within the limits; a leaf without DNS names is judged by its common name. */
export function isFitting({ san, subject }: Certificate, limits: Limits): boolean {
  const { dns = [], ip = [] } = san ?? {};
  const names = dns.length > 0 ? dns : [subject.cn].filter((cn) => cn !== '');
  return (
    names.every((name) => allowed(name, limits.permittedDns, limits.excludedDns, isBelow)) &&
    ip.every((one) => bytesOf(one) && allowed(one, limits.permittedIp, limits.excludedIp, inNetwork))
  );
}
