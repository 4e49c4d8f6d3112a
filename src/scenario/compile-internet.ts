/** What a scenario says of certificates, sites and proxies, as commands. */
import type { Asking } from './compile-network.ts';
import type { Scenario } from './types.ts';

/** Asks for authorities first: certificates of sites and proxies name them. */
export function compileInternet({ authorities, internet, proxies, start }: Scenario, ask: Asking): void {
  for (const [name, authority] of Object.entries(authorities)) {
    const { path, copyOf: subject, issuedBy: issuer, from, until, pathLength, permits, excludes } = authority;
    const terms = { subject, issuer, from, until, pathLength, permits, excludes, start };
    ask(path, 'authority', name, { type: 'declare', ...terms });
  }
  for (const [host, site] of Object.entries(internet)) {
    const { path, issuedBy: issuer, from, until, names, sends, rtt, bandwidth, up, token, blobs } = site;
    ask(path, 'registry', host, { type: 'declare', issuer, from, until, rtt, bandwidth, up });
    if (names.join() !== host || sends.length > 0)
      ask(path, 'registry', host, { type: 'certify', names, sends });
    if (token !== '' || blobs !== '')
      ask(path, 'registry', host, {
        type: 'arrange',
        token,
        blobs,
        tls: 12,
        perTransfer: 0,
        reach: 'ok',
        near: false,
      });
    const { limit, inside, mirrorOf: origin } = site;
    if (inside || origin !== '') ask(path, 'registry', host, { type: 'place', inside, origin });
    if (limit !== undefined)
      ask(limit.path, 'registry', host, { type: 'limit', pulls: limit.pulls, per: limit.per });
    for (const [image, { path: imagePath, layers }] of Object.entries(site.images)) {
      const [digests, sizes] = [layers.map((layer) => layer.digest), layers.map((layer) => layer.size)];
      ask(imagePath, 'registry', host, { type: 'publish', image, digests, sizes, list: false });
    }
  }
  for (const [name, proxy] of Object.entries(proxies)) {
    const {
      path,
      tlsPath,
      networks,
      bandwidth,
      up,
      intercept,
      resignsWith: issuer,
      backdate,
      bypass,
    } = proxy;
    const { habit, trusts, mode, users } = proxy;
    ask(path, 'proxy', name, { type: 'declare', networks, bandwidth, up });
    ask(tlsPath, 'proxy', name, { type: 'inspect', intercept, issuer, backdate, bypass });
    if (habit !== 'plain') ask(tlsPath, 'proxy', name, { type: 'forge', habit });
    if (mode !== 'explicit') ask(path, 'proxy', name, { type: 'place', mode });
    if (users !== undefined) ask(path, 'proxy', name, { type: 'guard', users });
    if (trusts.length > 0)
      ask(tlsPath, 'proxy', name, {
        type: 'trust',
        roots: trusts,
        status: habit === 'mitmproxy' ? 502 : 503,
      });
  }
}
