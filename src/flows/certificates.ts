/** Certificates of a run: of authorities as they were declared, and of the leaves that sites and proxies show. */
import { type Micros, SECOND } from '../base/units.ts';
import type { StateOf } from '../models/index.ts';
import type { Certificate, Name } from '../models/trust/certificate.ts';
import { bytesOf } from '../models/trust/verify/address.ts';
import { VERIFIERS } from '../models/trust/verify/profile.ts';
import { verify } from '../models/trust/verify/verify.ts';
import type { Sight } from './flow.ts';

/** Names and keys of authorities stand for themselves: each has one of either. */
const nameOf = (cn: string): Name => ({ key: cn, cn, o: '' });

/** An instant of the run in whole seconds since 1970: certificates know no others. */
const secondOf = (start: Micros, at: Micros): number => Math.floor((start + at) / SECOND);

/** The calendar instant of the start, which every authority knows; 0 in a world without authorities. */
export function startOf(world: Sight): Micros {
  for (const [, authority] of world.each('authority')) return authority.start;
  return 0;
}

/** Now by a clock that is so far ahead, in seconds since 1970. */
export const clockAt = (world: Sight, at: Micros): number => secondOf(startOf(world), at);

const SOUND = {
  version: 3,
  serial: '1',
  keyKind: 'ec',
  keyBits: 256,
  signatureHash: 'sha256',
  unknownCritical: [],
} as const;

const CA = {
  ...SOUND,
  keyUsage: ['keyCertSign', 'cRLSign'],
} as const;

const isAddress = (name: string): boolean => bytesOf(name) !== undefined;

/** The key of an authority, which a cross-certificate shares with the authority that it is a copy of. */
const keyOf = (world: Sight, name: string): string => world.state('authority', name)?.subject ?? name;

function ofAuthority(world: Sight, name: string, authority: Readonly<StateOf<'authority'>>): Certificate {
  const { subject, issuer, from, until, start, pathLength, permits, excludes } = authority;
  const signer = keyOf(world, issuer);
  const isLimited = permits.length > 0 || excludes.length > 0;
  return {
    id: name,
    ...CA,
    subject: nameOf(subject),
    issuer: nameOf(signer),
    key: subject,
    signedBy: signer,
    notBefore: secondOf(start, from),
    notAfter: secondOf(start, until),
    basicConstraints: { ca: true, pathLen: pathLength, critical: true },
    subjectKeyId: subject,
    ...(signer === subject ? {} : { authorityKeyId: signer }),
    ...(isLimited && {
      nameConstraints: {
        critical: true,
        permittedDns: permits,
        excludedDns: excludes,
        permittedIp: [],
        excludedIp: [],
      },
    }),
  };
}

/** The certificates of authorities, as far as they were declared. */
export const certificatesOf = (world: Sight, names: Iterable<string>): Certificate[] =>
  [...names].flatMap((name) => {
    const authority = world.state('authority', name);
    return authority === undefined ? [] : [ofAuthority(world, name, authority)];
  });

/** What is known of authorities: their certificates, and the events that declared them. */
export function knownAuthorities(world: Sight): {
  readonly known: Certificate[];
  readonly declared: Record<string, number>;
} {
  const all = [...world.each('authority')];
  return {
    known: all.map(([name, authority]) => ofAuthority(world, name, authority)),
    declared: Object.fromEntries(all.map(([name, { declaredSeq }]) => [name, declaredSeq])),
  };
}

/** What a server shows for a host. Validity counts from the start of the run. */
export interface Shown {
  readonly host: string;
  readonly names: readonly string[];
  readonly issuer: string;
  readonly from: Micros;
  readonly until: Micros;
  /** Authorities whose certificates come after the leaf. */
  readonly sends: readonly string[];
}

/** The certificates that a server shows, the leaf first. */
export function shownBy(world: Sight, shown: Shown): [Certificate, ...Certificate[]] {
  const { host, names, issuer, from, until, sends } = shown;
  const start = startOf(world);
  const signer = keyOf(world, issuer);
  const leaf: Certificate = {
    id: host,
    ...SOUND,
    subject: nameOf(host),
    issuer: nameOf(signer),
    key: `leaf of ${host}`,
    signedBy: signer,
    notBefore: secondOf(start, from),
    notAfter: secondOf(start, until),
    basicConstraints: { ca: false, pathLen: -1, critical: true },
    keyUsage: ['digitalSignature', 'keyEncipherment'],
    extKeyUsage: ['serverAuth'],
    san: { dns: names.filter((name) => !isAddress(name)), ip: names.filter(isAddress) },
    subjectKeyId: `leaf of ${host}`,
    authorityKeyId: signer,
  };
  return [leaf, ...certificatesOf(world, sends)];
}

/** The authorities from one upwards, itself first and the root last. */
export function authoritiesAbove(world: Sight, name: string): readonly string[] {
  const above: string[] = [];
  for (let here = name; !above.includes(here); ) {
    above.push(here);
    here = world.state('authority', here)?.issuer ?? here;
  }
  return above;
}

type Certified = Readonly<Pick<StateOf<'registry'>, 'issuer' | 'from' | 'until' | 'names' | 'sends'>>;

/** What a site shows under its own name. */
export const siteShows = (host: string, site: Certified): Shown => {
  const { issuer, from, until, sends } = site;
  const name = host.replace(/:\d+$/, '');
  return { host, names: site.names.length === 0 ? [name] : site.names, issuer, from, until, sends };
};

/** What a proxy shows in the place of a site: a leaf for its names, and its authorities as the product sends them. */
export function proxyShows(
  world: Sight,
  { habit }: Readonly<StateOf<'proxy'>>,
  forged: Pick<Shown, 'host' | 'issuer' | 'from' | 'until'>,
  site: Certified | undefined,
): Shown {
  const above = authoritiesAbove(world, forged.issuer);
  const sends = { plain: above.slice(0, -1), squid: above, mitmproxy: [] }[habit];
  const names = site === undefined ? [forged.host.replace(/:\d+$/, '')] : siteShows(forged.host, site).names;
  return { names, sends, ...forged };
}

/** Whether a proxy that trusts these authorities takes a site for what it says it is: Squid and mitmproxy ask OpenSSL. */
export function isTrusted(world: Sight, shown: Shown, roots: readonly string[]): boolean {
  const host = shown.host.replace(/:\d+$/, '');
  return verify(
    {
      sent: shownBy(world, shown),
      trusted: certificatesOf(world, roots),
      now: clockAt(world, world.at),
      host: { name: host, kind: isAddress(host) ? 'ip' : 'dns' },
    },
    VERIFIERS.openssl,
  ).ok;
}
