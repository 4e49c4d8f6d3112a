/** What pulls moved and what they found there already, and how full proxies and sites were meanwhile: samples at each change. */
import type { Micros } from '../base/units.ts';
import { evolve } from '../models/fabric/evolve.ts';
import { receivedOf } from '../models/fabric/pools.ts';
import { emptyFabric, type Fabric, rateOf, transferKey } from '../models/fabric/state.ts';
import type { EventOf } from '../models/index.ts';
import { type History, kindOf } from '../run/history.ts';
import type { Sample } from './load.ts';

/** What is sampled; the names are those of the metrics. */
export interface Traffic {
  /** Compressed bytes of layers and configurations that were begun, all together. */
  readonly 'image.pull.bytes': readonly Sample[];
  /** One for each layer of an image that was there before the pull. */
  readonly 'image.pull.layers.cached': readonly Sample[];
  /** Of the fullest proxy, NIC of a host, and site: the share of its bandwidth that transfers use. */
  readonly 'proxy.use': readonly Sample[];
  readonly 'nic.use': readonly Sample[];
  readonly 'site.use': readonly Sample[];
}

/** The greatest share of its capacity that any link carries, by the kind that its name begins with. */
function fullest(fabric: Readonly<Fabric>): ReadonlyMap<string, number> {
  const carried = new Map<string, number>();
  for (const name of fabric.links.keys()) carried.set(name, 0);
  for (const [name, { path, count }] of fabric.groups) {
    if (count === 0) continue;
    const bytes = rateOf(fabric, name) * count;
    for (const link of path) {
      carried.set(link, (carried.get(link) ?? 0) + bytes);
    }
  }
  const most = new Map<string, number>();
  for (const [name, bytes] of carried) {
    const kind = name.slice(0, name.indexOf('/'));
    const share = bytes / (fabric.links.get(name)?.capacity ?? bytes);
    most.set(kind, Math.max(most.get(kind) ?? 0, share));
  }
  return most;
}

/** Bytes that a transfer has not received yet. */
function missingOf(
  fabric: Readonly<Fabric>,
  { owner, tag }: { owner: string; tag: string },
  at: Micros,
): number {
  const size = fabric.transfers.get(transferKey(owner, tag))?.size ?? 0;
  return size - receivedOf(fabric, owner, tag, at);
}

/** Folds a run into its traffic. */
export function trafficOf(history: History): Traffic {
  const [bytes, cached]: [Sample[], Sample[]] = [[], []];
  const uses = { proxy: [] as Sample[], nic: [] as Sample[], site: [] as Sample[] };
  const fabric = emptyFabric();
  const layers = new Map<string, Set<string>>();
  /** Layers by machine and image, and machines whose pull has no manifest yet: one that stays so found the image there. */
  const manifests = new Map<string, readonly string[]>();
  const asking = new Set<string>();
  let moved = 0;
  let changedAt: Micros = -1;

  /** Several changes of one instant are one. */
  const look = (now: Micros) => {
    if (changedAt < 0 || changedAt === now) return;
    const most = fullest(fabric);
    for (const [kind, samples] of Object.entries(uses)) {
      const value = most.get(kind);
      if (value !== undefined) samples.push({ at: changedAt, value });
    }
    changedAt = -1;
  };

  for (const [index, recorded] of history.events.entries()) {
    const { at, entity } = recorded;
    const kind = kindOf(history, recorded);
    look(at);
    if (kind.startsWith('fabric.')) {
      const event = recorded.event as EventOf<'fabric'>;
      const isPull = event.type !== 'LinkSet' && event.owner.startsWith('docker/');
      // A start counts as if all of it came: what a transfer that is called off still lacked did not.
      if (isPull && event.type === 'Cancelled') moved -= missingOf(fabric, event, at);
      evolve(fabric, event, { seq: index, at, cause: recorded.cause, entity: 0 });
      if (event.type === 'LinkSet') continue;
      changedAt = at;
      if (!isPull || event.type === 'Ended') continue;
      if (event.type === 'Started') moved += event.size;
      bytes.push({ at, value: moved });
    } else if (kind === 'docker.LayerDone') {
      const there = layers.get(entity) ?? new Set();
      layers.set(entity, there.add(recorded.event['digest'] as string));
    } else if (kind === 'docker.PullStarted') {
      asking.add(entity);
    } else if (kind === 'docker.ManifestRead' || (kind === 'docker.Pulled' && asking.has(entity))) {
      asking.delete(entity);
      const image = `${entity} ${recorded.event['image']}`;
      const digests = (recorded.event['digests'] ?? manifests.get(image) ?? []) as readonly string[];
      manifests.set(image, digests);
      for (const digest of digests) if (layers.get(entity)?.has(digest)) cached.push({ at, value: 1 });
    }
  }
  look(Number.POSITIVE_INFINITY);
  return {
    'image.pull.bytes': bytes,
    'image.pull.layers.cached': cached,
    'proxy.use': uses.proxy,
    'nic.use': uses.nic,
    'site.use': uses.site,
  };
}
