import type { Micros } from '../../base/units.ts';
import { type Context, type Model, NOTHING } from '../../kernel/model.ts';
import { type RegistryCommand, type RegistryEvent, type Request, registryEvents } from './events.ts';
import { accountOf, emptyRegistry, evolve, type Registry } from './state.ts';
import { registryUpcasts, registryVersions } from './upcasts.ts';

/** What Docker Hub says over its limit (facts/registry-and-tls.md 8.3). */
const TOO_MANY =
  'toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: ' +
  'https://www.docker.com/increase-rate-limit';

/** Requests by the part of a registry that they are for. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  manifest: ['manifest-tag', 'manifest-digest'],
};

/** Number of what goes wrong with a request, or -1. */
function wrongWith({ path, size }: Request, registry: Readonly<Registry>): number {
  return registry.wrongs.findIndex(
    (wrong) =>
      wrong.left > 0 &&
      (wrong.path === '' || wrong.path === path || PARTS[wrong.path]?.includes(path) === true) &&
      size >= wrong.least &&
      size <= wrong.most,
  );
}

/** The answer to a request where nothing goes wrong: its status, where it redirects to, the bytes of its body. */
function rightAnswer(request: Request, registry: Readonly<Registry>) {
  const { path, from, authorized, size } = request;
  const open = { to: '', bytes: 0 };
  if (path === 'token') return { status: 200, ...open };
  if (path === 'other') return { status: 404, ...open };
  if (path !== 'data' && !authorized && registry.token !== '')
    return { status: 401, ...open, to: registry.token };
  if (path === 'ping') return { status: 200, ...open };
  if (path === 'blob' && registry.blobs !== '') return { status: 307, ...open, to: registry.blobs };
  return { status: from > 0 ? 206 : 200, ...open, bytes: size - from };
}

/** Answers a request, in the order in which a registry looks: what is wrong, who asks, what is there (facts/registry-and-tls.md 8.1). */
function request(command: Request, registry: Readonly<Registry>, at: Micros): RegistryEvent[] {
  const { image, asker, id, method, path, blob, from } = command;
  const asked = { image, asker, id, method, path };
  const disturbance = wrongWith(command, registry);
  const wrong = registry.wrongs[disturbance];
  const right = rightAnswer(command, registry);
  const facts = wrong === undefined ? [] : [wrong.seq];
  const rest = { blob, from, disturbance, facts };
  if (wrong !== undefined && wrong.status > 0) {
    const words = wrong.status === 429 ? TOO_MANY : '';
    return [{ type: 'Answered', ...asked, ...rest, status: wrong.status, to: '', bytes: 0, words }];
  }
  const bytes = wrong === undefined || wrong.cut < 0 ? right.bytes : Math.min(right.bytes, wrong.cut);
  const isManifest = path === 'manifest-tag' || path === 'manifest-digest';
  if (!isManifest || right.status !== 200)
    return [...keep(command, registry), { type: 'Answered', ...asked, ...rest, ...right, bytes, words: '' }];
  return manifest(command, registry, at);
}

/** A layer that a cache sends for the first time. */
function keep({ asker, path, blob, size }: Request, { origin, kept }: Readonly<Registry>): RegistryEvent[] {
  const isLayer = (path === 'blob' || path === 'data') && size > 0;
  return isLayer && origin !== '' && !kept.has(blob) ? [{ type: 'Kept', digest: blob, asker }] : [];
}

/**
 * A manifest, which counts as a pull unless only its head is asked for (facts/registry-and-tls.md 8.3). That a window begins with the first
 * pull of an address, and that heads are answered over the limit too, is assumed.
 */
function manifest(command: Request, registry: Readonly<Registry>, at: Micros): RegistryEvent[] {
  const { image, asker, id, method, path, source, sourceSeq } = command;
  const { limit } = registry;
  const asked = { image, asker, id, method, path };
  const events: RegistryEvent[] = [];
  if (limit !== undefined && method === 'GET') {
    const account = accountOf(registry, source, at);
    if (account !== undefined && account.pulls >= limit.pulls) {
      const facts = [limit.seq, sourceSeq, account.seq];
      return [{ type: 'TurnedAway', ...asked, source, why: 'registry.rate-limited', words: TOO_MANY, facts }];
    }
    events.push({ type: 'Counted', source, first: account === undefined, facts: [limit.seq, sourceSeq] });
  }
  const found = registry.images.get(image);
  if (found !== undefined) return [...events, { type: 'Served', ...asked, ...found }];
  if (registry.origin !== '')
    return [...events, { type: 'Fetching', ...asked, first: !registry.waiting.has(image) }];
  const words = 'manifest unknown: manifest unknown';
  return [
    ...events,
    { type: 'Missing', ...asked, why: 'image.not-found', words, facts: [registry.declaredSeq] },
  ];
}

/** The origin's answer: the manifest is kept, and everybody who waits is told. */
function filled(
  { type: _, ...origin }: Extract<RegistryCommand, { type: 'filled' }>,
  { waiting }: Readonly<Registry>,
): RegistryEvent[] {
  const { image, digests, sizes, list, status, words, facts } = origin;
  const answers = (waiting.get(image) ?? []).map((asked): RegistryEvent => {
    if (status === 200) return { type: 'Served', ...asked, digests, sizes, list };
    const nothing = { blob: '', from: 0, to: '', bytes: 0, disturbance: -1 };
    return { type: 'Answered', ...asked, ...nothing, status, words, facts };
  });
  return [{ type: 'Filled', ...origin }, ...answers];
}

function decide(
  command: RegistryCommand,
  registry: Readonly<Registry>,
  { at }: Context,
): readonly RegistryEvent[] {
  switch (command.type) {
    case 'declare':
      return [{ ...command, type: 'Declared' }];
    case 'certify':
      return [{ ...command, type: 'Certified' }];
    case 'arrange':
      return [{ ...command, type: 'Arranged' }];
    case 'disturb':
      return [{ ...command, type: 'Disturbed' }];
    case 'publish':
      return [{ ...command, type: 'Published' }];
    case 'limit':
      return [{ ...command, type: 'Limited' }];
    case 'place':
      return [{ ...command, type: 'Placed' }];
    case 'filled':
      return filled(command, registry);
    case 'request':
      return request(command, registry, at);
  }
}

export const registry: Model<Registry, RegistryCommand, RegistryEvent> = {
  name: 'registry',
  versions: registryVersions,
  upcasts: registryUpcasts,
  events: registryEvents,
  initial: emptyRegistry,
  decide,
  evolve,
  react: () => NOTHING,
};
