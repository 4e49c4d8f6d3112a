import type { BitsPerSecond, Bytes, Micros } from '../../base/units.ts';
import type { Stamp } from '../../kernel/model.ts';
import type { Asked, Reach, RegistryEvent } from './events.ts';

/** What goes wrong, how many times still, and the event that said so. */
export interface Wrong extends Readonly<Omit<Extract<RegistryEvent, { type: 'Disturbed' }>, 'type'>> {
  left: number;
  readonly seq: number;
}

/** What an address has had since its window began, and the pull that began it. */
interface Account {
  readonly since: Micros;
  readonly seq: number;
  pulls: number;
}

export interface Registry {
  issuer: string;
  from: Micros;
  until: Micros;
  /** Host names that its certificate is valid for; none: its own. */
  names: readonly string[];
  sends: readonly string[];
  rtt: Micros;
  bandwidth: BitsPerSecond;
  up: boolean;
  token: string;
  blobs: string;
  tls: number;
  perTransfer: BitsPerSecond;
  reach: Reach;
  near: boolean;
  declaredSeq: number;
  images: Map<string, { digests: readonly string[]; sizes: readonly Bytes[]; list: boolean }>;
  wrongs: Wrong[];
  /** Pulls that one address may have in a window, or none where nobody counts. */
  limit: { readonly pulls: number; readonly per: Micros; readonly seq: number } | undefined;
  accounts: Map<string, Account>;
  inside: boolean;
  /** The registry that it is a pull-through cache of, or the empty text. */
  origin: string;
  /** Who waits for manifests that are fetched, by image; and layers that are kept, by who had them fetched. */
  waiting: Map<string, readonly Asked[]>;
  kept: Map<string, string>;
}

export const emptyRegistry = (): Registry => ({
  issuer: '',
  from: 0,
  until: 0,
  names: [],
  sends: [],
  rtt: 0,
  bandwidth: 0,
  up: false,
  token: '',
  blobs: '',
  tls: 12,
  perTransfer: 0,
  reach: 'ok',
  near: false,
  declaredSeq: -1,
  images: new Map(),
  wrongs: [],
  limit: undefined,
  accounts: new Map(),
  inside: false,
  origin: '',
  waiting: new Map(),
  kept: new Map(),
});

/** Whether it has no certificate: it speaks plain HTTP. */
export const isPlain = ({ issuer }: Readonly<Registry>): boolean => issuer === '';

/** What is on account of an address now: nothing once its window is over. */
export function accountOf({ limit, accounts }: Readonly<Registry>, source: string, at: Micros) {
  const account = accounts.get(source);
  return account !== undefined && at < account.since + (limit?.per ?? 0) ? account : undefined;
}

export function evolve(registry: Registry, event: RegistryEvent, { seq, at }: Stamp): void {
  switch (event.type) {
    case 'Declared':
      registry.issuer = event.issuer;
      registry.from = event.from;
      registry.until = event.until;
      registry.rtt = event.rtt;
      registry.bandwidth = event.bandwidth;
      registry.up = event.up;
      registry.declaredSeq = seq;
      return;
    case 'Certified':
      registry.names = event.names;
      registry.sends = event.sends;
      return;
    case 'Arranged':
      registry.token = event.token;
      registry.blobs = event.blobs;
      registry.tls = event.tls;
      registry.perTransfer = event.perTransfer;
      registry.reach = event.reach;
      registry.near = event.near;
      return;
    case 'Published': {
      const { image, digests, sizes, list } = event;
      registry.images.set(image, { digests, sizes, list });
      return;
    }
    case 'Disturbed': {
      const { type: _, ...wrong } = event;
      registry.wrongs.push({ ...wrong, left: event.times, seq });
      return;
    }
    case 'Answered': {
      const wrong = registry.wrongs[event.disturbance];
      if (wrong !== undefined) wrong.left -= 1;
      return;
    }
    case 'Limited':
      registry.limit = { pulls: event.pulls, per: event.per, seq };
      return;
    case 'Counted': {
      const account = registry.accounts.get(event.source);
      if (event.first || account === undefined)
        registry.accounts.set(event.source, { since: at, seq, pulls: 1 });
      else account.pulls += 1;
      return;
    }
    case 'Placed':
      registry.inside = event.inside;
      registry.origin = event.origin;
      return;
    case 'Fetching': {
      const { image, asker, id, method, path } = event;
      const before = registry.waiting.get(image) ?? [];
      registry.waiting.set(image, [...before, { image, asker, id, method, path }]);
      return;
    }
    case 'Filled': {
      const { image, digests, sizes, list } = event;
      registry.waiting.delete(image);
      if (event.status === 200) registry.images.set(image, { digests, sizes, list });
      return;
    }
    case 'Kept':
      registry.kept.set(event.digest, event.asker);
      return;
    case 'Served':
    case 'Missing':
    case 'TurnedAway':
      return;
  }
}
