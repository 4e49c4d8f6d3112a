/** Roots of trust, sites on the internet with their images, proxies on the way there. */
import { HOUR, type Micros } from '../base/units.ts';
import type { Desk } from './desk.ts';
import { entriesOf } from './entries.ts';
import { addYears } from './instant.ts';
import { plainMap } from './plain.ts';
import type { Written } from './schema.ts';
import { quote } from './show.ts';
import type { Path } from './tree.ts';
import type { AuthoritySpec, ImageSpec, ProxySpec, SiteSpec } from './types.ts';

type SiteText = NonNullable<Written['internet']>[string];
type ImageText = NonNullable<SiteText['images']>[string];
type ProxyText = NonNullable<Written['proxies']>[string];
type Validity = { readonly from?: number | undefined; readonly until?: number | undefined };

const GIGABIT = 1_000_000_000;

/** Roots and all below them. Each must lead up to a root. */
export function resolveAuthorities(
  desk: Desk,
  written: Written['pki'],
  start: Micros,
): Record<string, AuthoritySpec> {
  const authorities = plainMap<AuthoritySpec>();
  const free = { pathLength: -1, permits: [], excludes: [] };
  for (const [name, text, path] of entriesOf(desk, written?.roots, ['pki', 'roots'])) {
    const valid = validity(desk, text, path, start, { before: 5, after: 15 });
    authorities[name] = {
      path: desk.label(path),
      isRoot: true,
      issuedBy: name,
      copyOf: name,
      ...valid,
      ...free,
    };
  }
  for (const [name, text, path] of entriesOf(desk, written?.intermediates, INTERMEDIATES)) {
    if (authorities[name] !== undefined) {
      desk.error('name.duplicate', path, `${quote(name)} is a root already`, {
        reason: 'an authority is named by one name',
        help: 'give the intermediate another name',
      });
      continue;
    }
    const issuedBy = desk.need(text['issued-by'], [...path, 'issued-by'], '', 'public-web');
    if (text['issued-by'] !== undefined) referAuthority(desk, issuedBy, [...path, 'issued-by']);
    const copyOf = text['copy-of'] ?? name;
    if (copyOf !== name) referAuthority(desk, copyOf, [...path, 'copy-of']);
    authorities[name] = {
      path: desk.label(path),
      isRoot: false,
      issuedBy,
      copyOf,
      ...validity(desk, text, path, start, { before: 3, after: 5 }),
      pathLength: text['path-length'] ?? -1,
      permits: text.permits ?? [],
      excludes: text.excludes ?? [],
    };
  }
  for (const name of Object.keys(authorities)) {
    if (authoritiesAbove(authorities, name) !== undefined) continue;
    desk.error('value.range', [...INTERMEDIATES, name, 'issued-by'], `${quote(name)} leads to no root`, {
      reason: 'authorities that sign each other in a circle are trusted by nobody',
      help: 'let one of them be issued by a root',
    });
  }
  return authorities;
}

const INTERMEDIATES: Path = ['pki', 'intermediates'];

/** The intermediates from an authority upwards, without the root; undefined if they go round in a circle. */
function authoritiesAbove(
  authorities: Readonly<Record<string, AuthoritySpec>>,
  name: string,
): readonly string[] | undefined {
  const above: string[] = [];
  for (let at = authorities[name], here = name; at !== undefined && !at.isRoot; ) {
    if (above.includes(here)) return undefined;
    above.push(here);
    here = at.issuedBy;
    at = authorities[here];
  }
  return above;
}

/** Checks a reference to a root or to an authority below one. */
function referAuthority(desk: Desk, name: string, path: Path): boolean {
  const [roots, below] = [desk.names('root'), desk.names('intermediate')];
  return desk.known('authority', name, path, roots && below && [...roots, ...below]);
}

/** Calendar instants as microseconds since the start. */
function validity(
  desk: Desk,
  text: Validity,
  path: Path,
  start: Micros,
  years: { before: number; after: number },
) {
  const from = text.from ?? addYears(start, -years.before);
  const until = text.until ?? addYears(start, years.after);
  if (from >= until) {
    const written = text.until === undefined ? 'from' : 'until';
    desk.error('value.range', [...path, written], 'the certificate ends before it begins', {
      reason: 'it would be valid at no time',
      help:
        text.until === undefined ? 'write an earlier `from`, or `until`' : 'write an `until` after `from`',
    });
  }
  return { from: from - start, until: until - start };
}

/** Sites. */
export function resolveSites(
  desk: Desk,
  written: Written['internet'],
  authorities: Readonly<Record<string, AuthoritySpec>>,
  start: Micros,
): Record<string, SiteSpec> {
  const sites = plainMap<SiteSpec>();
  for (const [name, site, path] of entriesOf(desk, written, ['internet'])) {
    const images = plainMap<ImageSpec>();
    const imagesPath = [...path, 'images'];
    for (const [image, text, imagePath] of entriesOf(desk, site.images, imagesPath, 'images')) {
      images[image] = { path: desk.label(imagePath), layers: layersOf(desk, image, text, imagePath) };
    }
    const plain = site.plain === true;
    const tls = plain ? {} : desk.need(site.tls, [...path, 'tls'], {}, '{ issued-by: public-web }');
    const issuerPath = [...path, 'tls', 'issued-by'];
    if (tls['issued-by'] !== undefined) referAuthority(desk, tls['issued-by'], issuerPath);
    for (const [index, sent] of (tls.sends ?? []).entries())
      referAuthority(desk, sent, [...path, 'tls', 'sends', index]);
    const issuedBy =
      plain || site.tls === undefined ? '' : desk.need(tls['issued-by'], issuerPath, '', 'public-web');
    sites[name] = {
      path: desk.label(path),
      issuedBy,
      names: tls.names ?? [name],
      sends: tls.sends ?? authoritiesAbove(authorities, issuedBy) ?? [],
      ...validity(desk, tls, [...path, 'tls'], start, { before: 1, after: 1 }),
      token: siteNamed(desk, site.token, [...path, 'token']),
      blobs: siteNamed(desk, site.blobs, [...path, 'blobs']),
      rtt: site.rtt ?? 40_000,
      bandwidth: site.bandwidth ?? GIGABIT,
      up: site.up ?? true,
      inside: site.inside === true || plain,
      mirrorOf: originOf(desk, site['mirror-of'], written, [...path, 'mirror-of']),
      ...limitOf(desk, site.limit, [...path, 'limit']),
      images,
    };
  }
  return sites;
}

/** Docker Hub's own numbers where none are written (facts/registry-and-tls.md 8.3). */
const limitOf = (desk: Desk, limit: SiteText['limit'], path: Path): Pick<SiteSpec, 'limit'> =>
  limit === undefined
    ? {}
    : { limit: { path: desk.label(path), pulls: limit.pulls ?? 100, per: limit.per ?? 6 * HOUR } };

/** The site that a cache fetches from, which is no cache itself. */
function originOf(desk: Desk, origin: string | undefined, written: Written['internet'], path: Path): string {
  if (origin !== undefined && written?.[origin]?.['mirror-of'] !== undefined) {
    desk.error('value.range', path, `${quote(origin)} is a mirror itself`, {
      reason: 'a pull-through cache fetches from the registry that has the images',
      help: 'name the registry that both are to mirror',
    });
  }
  return siteNamed(desk, origin, path);
}

/** Another site, or none. */
export function siteNamed(desk: Desk, name: string | undefined, path: Path): string {
  if (name === undefined) return '';
  desk.refer('site', name, path);
  return name;
}

function layersOf(desk: Desk, image: string, text: ImageText, path: Path): ImageSpec['layers'] {
  if (typeof text === 'number') return [{ digest: `${image}#0`, size: text }];
  const layers: { digest: string; size: number }[] = [];
  const layersPath = [...path, 'layers'];
  const written = desk.need(text.layers, layersPath, [], '[65MB, 185MB]');
  for (const [index, layer] of written.entries()) {
    const here = [...layersPath, index];
    const named = typeof layer === 'number' ? [] : entriesOf(desk, layer, here, 'images');
    if (typeof layer === 'number') layers.push({ digest: `${image}#${index}`, size: layer });
    else if (named.length === 1) layers.push(...named.map(([digest, size]) => ({ digest, size })));
    else if (!desk.wasPruned(here)) oneName(desk, here);
  }
  const twice = layers.findIndex(
    (layer, index) => layers.findIndex((other) => other.digest === layer.digest) < index,
  );
  if (twice >= 0) {
    desk.error(
      'name.duplicate',
      [...layersPath, twice],
      `the layer ${quote(layers[twice]!.digest)} is there twice`,
      {
        reason: 'an image has each layer once',
        help: 'remove one, or give it another name',
      },
    );
  }
  return layers;
}

function oneName(desk: Desk, path: Path): void {
  desk.error('value.type', path, 'a named layer has one name', {
    reason: 'layers are a list, base first',
    help: 'write each layer as its own item: `[{ ubuntu-14.04: 65MB }, { mesos: 55MB }]`',
  });
}

/** Proxies. */
export function resolveProxies(desk: Desk, written: Written['proxies']): Record<string, ProxySpec> {
  const proxies = plainMap<ProxySpec>();
  for (const [name, proxy, path] of entriesOf(desk, written, ['proxies'])) {
    const tls = proxy.tls ?? {};
    for (const [index, root] of (tls.trusts ?? []).entries())
      referAuthority(desk, root, [...path, 'tls', 'trusts', index]);
    proxies[name] = {
      path: desk.label(path),
      networks: networksOf(desk, proxy, [...path, 'path']),
      bandwidth: proxy.bandwidth ?? GIGABIT,
      tlsPath: desk.label([...path, 'tls']),
      intercept: tls.intercept ?? false,
      resignsWith: signerOf(desk, tls, [...path, 'tls', 're-signs-with']),
      habit: tls.product ?? 'plain',
      mode: proxy.mode ?? 'explicit',
      ...usersOf(desk, proxy, [...path, 'users']),
      trusts: tls.trusts ?? [],
      backdate: tls.backdate ?? 0,
      bypass: tls.bypass ?? [],
      up: proxy.up ?? true,
    };
  }
  return proxies;
}

/** Only who asks a proxy can be asked back: a machine that was told of none takes a 407 for the site's, and has no user for it. */
function usersOf(desk: Desk, { users, mode }: ProxyText, path: Path): Pick<ProxySpec, 'users'> {
  if (users === undefined) return {};
  if (mode === 'transparent') {
    desk.error('value.type', path, 'a transparent proxy cannot ask for users', {
      reason: 'machines do not know that there is a proxy, and say nothing to it',
      help: 'remove `users`, or let the `mode` be explicit',
    });
  }
  return { users };
}

function signerOf(desk: Desk, tls: NonNullable<ProxyText['tls']>, path: Path): string {
  const signer = tls['re-signs-with'];
  if (signer !== undefined) referAuthority(desk, signer, path);
  if (!tls.intercept) return '';
  return desk.need(signer, path, '', 'corp-root');
}

function networksOf(desk: Desk, proxy: ProxyText, path: Path): readonly string[] {
  const text = desk.need(proxy.path, path, '', 'mgmt -> internet');
  if (proxy.path === undefined) return [];
  const match = /^(?:\[([^[\]]{1,900})\]|([^[\]>]{1,900}?))\s*->\s*internet$/.exec(text.trim());
  const names = (match?.[1] ?? match?.[2] ?? '').split(',').map((name) => name.trim());
  if (names.includes('')) {
    desk.error('value.type', path, `${quote(text)} is not a path to the internet`, {
      reason: 'a proxy stands between networks and the internet',
      help: 'write `path: mgmt -> internet`, or `path: "[mgmt, dmz] -> internet"` for several networks',
    });
    return [];
  }
  return [...new Set(names.flatMap((name) => desk.select('network', name, path)))];
}
