/** The world of a recorded pull: the hosts of the registry, the proxy, the client and what it trusts, out of the words of the set-up. */
import { DAY, MILLISECOND } from '../../../base/units.ts';
import { type Client, isHubName, repositoryOf, siteOf } from '../../../models/docker/profile.ts';
import type { CommandOf, ModelName } from '../../../models/index.ts';
import { folderStore } from '../../../models/trust/state.ts';
import type { Fault, PullSetup } from './setup.ts';

/** The one machine of a recording. */
export const MACHINE = 'client';

type Ask = <M extends ModelName>(model: M, name: string, command: CommandOf<M>) => void;

/** The loopback interface of the rig, where no bandwidth is given: it carried 2 MB in some 40 ms. */
const LOOPBACK = 400_000_000;

const lasting = { from: -365 * DAY, until: 365 * DAY };
const root = (name: string) => ({ name, ...lasting });
const PUBLIC = [root('public')];
const CORPORATE = [root('public'), root('corp')];

/** The client program by its name, and the engine by its version too (facts/registry-and-tls.md 8.2). */
export function clientOf({ client, software }: PullSetup): Client {
  if (/containerd|\bctr\b/.test(client)) return 'containerd';
  if (client.includes('skopeo')) return 'skopeo';
  const [, major = 20, minor = 10] = /(\d+)\.(\d+)/.exec(String(software['engine'] ?? '')) ?? [];
  if (Number(major) === 1 && Number(minor) <= 12) return 'docker-1.11';
  return Number(major) >= 24 ? 'engine-24' : 'engine';
}

/** What the machine's store held when the client first used it, and what it holds now. */
export function trustOf({ clientTrust }: PullSetup) {
  const isCorporate = /^corp\b/.test(clientTrust) || /changed before/.test(clientTrust);
  if (/changed after/.test(clientTrust)) return { first: PUBLIC, now: CORPORATE };
  const only = isCorporate ? CORPORATE : PUBLIC;
  return { first: only, now: only };
}

/** The parts of a registry by what the recording says of its hosts. */
function partsOf(hosts: PullSetup['hosts']) {
  const entries = Object.entries(hosts);
  const named = (words: RegExp) => entries.find(([, about]) => words.test(about))?.[0] ?? '';
  const token = named(/\btoken\b/i);
  const blobs = named(/\bblob\b/i);
  return {
    token,
    blobs,
    registries: entries.map(([host]) => host).filter((host) => host !== token && host !== blobs),
  };
}

/** The most that one transfer gets, in bits a second, where the recording's bandwidth is shaped: so much in so many milliseconds. */
function perTransfer({ rig, software }: PullSetup): number {
  const said = /(\d+) KiB per (\d+) ms/.exec(String(software['bandwidthShaper'] ?? ''));
  if (said === null || !rig.originBytesPerSecond) return 0;
  return Math.round((Number(said[1]) * 1024 * 8 * 1000) / Number(said[2]));
}

/** Asks for the hosts, their images, the proxy and the client. What goes wrong with requests is asked for by `disturb`. */
export function askRig(setup: PullSetup, ask: Ask): { readonly disturb: () => void } {
  const { rig, image, hosts, network, imagesPresent, clientTrust } = setup;
  const { token, blobs, registries } = partsOf(hosts);
  const site = siteOf(image);
  const rtt = Math.round((rig.originDelayMsEachWay ?? 0) * 2 * MILLISECOND);
  const tls = rig.maxTls === 'TLSv1.2' ? 12 : 13;
  for (const name of ['public', 'corp', 'nobody'])
    ask('authority', name, { type: 'declare', subject: name, issuer: name, ...lasting, ...FREE, start: 0 });
  const shaped = Math.round((rig.originBytesPerSecond ?? 0) * 8);
  for (const host of new Set([...Object.keys(hosts), site])) {
    const issuer = /nobody trusts|untrusted/i.test(hosts[host] ?? '') ? 'nobody' : 'public';
    const bandwidth = host === blobs && shaped > 0 ? shaped : LOOPBACK;
    const isRegistry = host !== token && host !== blobs;
    ask('registry', host, { type: 'declare', issuer, ...lasting, rtt, bandwidth, up: true });
    ask('registry', host, {
      type: 'arrange',
      token: isRegistry ? token : '',
      blobs: isRegistry ? blobs : '',
      tls,
      perTransfer: host === blobs ? perTransfer(setup) : 0,
      reach: host === site ? network : 'ok',
      // The rig's delay stands behind the accept, in user space.
      near: true,
    });
  }
  for (const name of new Set([image, ...imagesPresent]))
    for (const host of registries) publish(setup, name, host, ask);
  if (rig.proxy) askProxy(rig.proxy, rig.bypass ?? [], ask);
  const client = clientOf(setup);
  const ownRoots = /certs\.d/.test(clientTrust) ? [site] : [];
  const insecure = /insecure/.test(clientTrust) && !isHubName(image) ? [site] : [];
  ask('docker', MACHINE, { type: 'configure', client, ownRoots, insecure });
  for (const host of ownRoots)
    ask('trust', folderStore(MACHINE, host), { type: 'fill', roots: [root('corp')], facts: [] });
  return { disturb: () => askFaults(setup, ask) };
}

/** An authority without limits. */
const FREE = { pathLength: -1, permits: [], excludes: [] } as const;

/** An image is there under every name that a client may write for it. */
function publish({ images }: PullSetup, name: string, host: string, ask: Ask): void {
  const { repository, tag } = repositoryOf(name);
  const found = images[`${repository}:${tag}`];
  const platform = found?.platforms.find(
    ({ os, architecture }) => os === 'linux' && architecture === 'amd64',
  );
  if (found === undefined || platform === undefined) return;
  const digests = platform.layers.map(({ digest }) => digest);
  const sizes = platform.layers.map(({ compressedBytes }) => compressedBytes);
  ask('registry', host, { type: 'publish', image: name, digests, sizes, list: found.manifestList });
}

/** Squid shows a page of status 503 about origins that it distrusts, mitmproxy one of 502 (facts/registry-and-tls.md section 5). */
function askProxy(product: string, bypass: readonly string[], ask: Ask): void {
  const bandwidth = LOOPBACK;
  ask('proxy', product, { type: 'declare', networks: [''], bandwidth, up: true });
  const backdate = /mitm/.test(product) ? 2 * DAY : 0;
  ask('proxy', product, { type: 'inspect', intercept: true, issuer: 'corp', backdate, bypass });
  ask('proxy', product, { type: 'trust', roots: ['public'], status: /mitm/.test(product) ? 502 : 503 });
}

/** Faults are kept by the part that they befall. */
function askFaults({ rig, hosts, image }: PullSetup, ask: Ask): void {
  const { token, blobs } = partsOf(hosts);
  for (const [part, given] of Object.entries(rig.faults ?? {})) {
    const host = /cdn|blob|data/i.test(part) ? blobs : /auth|token/i.test(part) ? token : siteOf(image);
    const path = /manifest/i.test(part) ? 'manifest' : '';
    for (const fault of Array.isArray(given) ? given : [given])
      ask('registry', host, { type: 'disturb', path, ...disturbance(fault) });
  }
}

const disturbance = ({ minSize, maxSize, status, cut, times }: Fault) => ({
  least: minSize ?? 0,
  most: maxSize ?? Number.MAX_SAFE_INTEGER,
  status: status ?? 0,
  cut: cut ?? -1,
  times: times ?? Number.MAX_SAFE_INTEGER,
});
