/** One pull, step by step: what the client asks next, and what it makes of an answer, a failure or a body that ended. */
import { MILLISECOND, type Micros, SECOND } from '../../base/units.ts';
import type { Answer, DockerEvent } from './events.ts';
import { type Opening, PROFILES, type Profile, siteOf } from './profile.ts';
import {
  absent,
  type Blob,
  CONFIG,
  type Docker,
  type Exchange,
  firstSite,
  idleKey,
  ownRootsFor,
  type Pull,
  type Run,
  receiving,
} from './state.ts';
import { tell, wordsOfStatus } from './words.ts';

/** Unpacked bytes per compressed byte, and unpacked bytes per second of gunzip in Go: the middle of what was measured (8.5). */
const RATIO = 3.3;
const UNPACK_RATE = 130e6;
/** Making a layer known to the engine, besides unpacking it. Assumed: the recorded engine took so long for layers of a few bytes. */
const REGISTER_LAYER: Micros = 85 * MILLISECOND;

type Requested = Extract<DockerEvent, { type: 'Requested' }>;
type Asked = Pick<Requested, 'method' | 'path'> & Partial<Requested>;

/** Why something failed: its name, the words of the connection or of the answer, the events it rests on. */
export interface Trouble {
  readonly why: string;
  readonly words: string;
  readonly facts: readonly number[];
  /** Status of an answer that is no success; 0 when there was none. */
  readonly status: number;
}

export const profileOf = (docker: Readonly<Docker>): Profile => PROFILES[docker.client];

/** Writes the events of one decision, so that requests get the numbers that follow. */
class Draft {
  readonly events: DockerEvent[] = [];
  readonly #docker: Readonly<Docker>;
  readonly #image: string;
  readonly #site: string;
  readonly #taken = new Map<string, number>();
  #id: number;

  constructor(docker: Readonly<Docker>, pull: Readonly<Pick<Pull, 'image' | 'site'>>) {
    this.#docker = docker;
    this.#image = pull.image;
    this.#site = pull.site;
    this.#id = docker.nextId;
  }

  add(event: DockerEvent): this {
    this.events.push(event);
    return this;
  }

  /** A request, on a connection that waits for one where there is one. `freed` is the connection that this decision freed. */
  ask(asked: Asked, freed = ''): this {
    const request = {
      step: -1,
      transport: 0,
      host: this.#site,
      blob: '',
      from: 0,
      authorized: false,
      ...asked,
    };
    const key = idleKey(request.host, request.transport);
    const taken = this.#taken.get(key) ?? 0;
    const idle = (this.#docker.idle.get(key) ?? 0) + (freed === key ? 1 : 0) - taken;
    if (idle > 0) this.#taken.set(key, taken + 1);
    this.events.push({ type: 'Requested', ...request, image: this.#image, id: this.#id, kept: idle > 0 });
    this.#id += 1;
    return this;
  }
}

/** A pull begins: roots are read where that is due, then the first request goes out. */
export function beginPull(run: Run, docker: Readonly<Docker>): readonly DockerEvent[] {
  const { container, image, port } = run;
  const site = firstSite(docker, image);
  const draft = new Draft(docker, { image, site }).add({ type: 'PullStarted', container, image, port, site });
  const registry = ownRootsFor(docker, image);
  if (!docker.hasRoots || registry !== '')
    draft.add({ type: 'RootsLoaded', registry, fresh: !docker.hasRoots });
  return draft.ask({ step: 0, ...(profileOf(docker).opening[0] as Opening) }).events;
}

/** The transport of what comes after the opening requests. */
const lastTransport = ({ opening }: Profile) => opening.at(-1)?.transport ?? 0;

const freedBy = (
  docker: Readonly<Docker>,
  { host, transport, method }: Readonly<Exchange>,
  status: number,
) => (profileOf(docker).keepsAlive && (status < 400 || method === 'HEAD') ? idleKey(host, transport) : '');

/** Asks what comes at a place of the opening. */
function askStep(draft: Draft, docker: Readonly<Docker>, pull: Readonly<Pull>, step: number, freed: string) {
  const profile = profileOf(docker);
  const opening: Opening = profile.opening[step] ?? {
    method: 'GET',
    path: 'manifest-digest',
    transport: lastTransport(profile),
  };
  const authorized = pull.tokens.includes(opening.transport);
  return draft.ask({ step, authorized, ...opening }, freed).events;
}

/** An answer came. */
export function answer(got: Answer, pull: Readonly<Pull>, docker: Readonly<Docker>): readonly DockerEvent[] {
  const exchange = pull.open.get(got.id);
  if (exchange?.phase !== 'waiting' || exchange.stalled !== undefined) return [];
  const { id, status, bytes } = got;
  const draft = new Draft(docker, pull).add({ type: 'Answered', image: pull.image, id, status, bytes });
  const freed = freedBy(docker, exchange, status);
  if (exchange.blob !== '') return answerForBlob(draft, got, exchange, pull, docker, freed);
  const { path, method, step, transport, authorized } = exchange;
  if (path === 'token' && status === 200) {
    const isPing = profileOf(docker).opening[pull.step]?.path === 'ping';
    const known = { ...pull, tokens: [...pull.tokens, transport] };
    return askStep(draft, docker, known, isPing ? pull.step + 1 : pull.step, freed);
  }
  if (path !== 'token' && status === 401 && !authorized)
    return draft.ask({ method: 'GET', path: 'token', host: got.to, transport }, freed).events;
  if (status !== 200) {
    const refused = { why: whyOf(status), words: wordsOfStatus(status, got.words), facts: got.facts, status };
    return method === 'HEAD' && profileOf(docker).repeatsHead && path !== 'token'
      ? draft.ask({ method: 'GET', path, step, transport, authorized }, freed).events
      : fail(draft, refused, exchange, pull, docker);
  }
  return goOn(draft, got, exchange, pull, docker, freed);
}

/** Names of what is behind an answer that is no success. */
const WHYS: Readonly<Record<number, string>> = { 404: 'image.not-found', 429: 'registry.rate-limited' };
const whyOf = (status: number): string => WHYS[status] ?? 'registry.unreachable';

/** A request before the blobs went well. */
function goOn(
  draft: Draft,
  got: Answer,
  exchange: Readonly<Exchange>,
  pull: Readonly<Pull>,
  docker: Readonly<Docker>,
  freed: string,
): readonly DockerEvent[] {
  const profile = profileOf(docker);
  const isThere = docker.images.has(pull.image);
  if (isThere && profile.keepsManifests && exchange.path === 'manifest-tag')
    return draft.add({ type: 'Pulled', image: pull.image }).events;
  const isLast = exchange.step >= profile.opening.length - 1;
  if (!isLast || (got.list && exchange.step < profile.opening.length))
    return askStep(draft, docker, pull, exchange.step + 1, freed);
  const { digests, sizes } = got;
  draft.add({ type: 'ManifestRead', image: pull.image, digests, sizes });
  if (isThere && profile.isDaemon) return draft.add({ type: 'Pulled', image: pull.image }).events;
  const blobs = new Map<string, Blob>();
  for (const digest of absent(docker, digests))
    blobs.set(digest, { ...WAITING, size: sizes[digests.indexOf(digest)] as number });
  blobs.set(CONFIG, WAITING);
  return startBlobs(draft, { ...pull, blobs, digests, sizes }, docker, freed).events;
}

const WAITING: Blob = { size: 0, got: 0, attempt: 1, opens: 0, state: 'waiting' };

/** Starts as many further blobs as may run at once. */
function startBlobs(draft: Draft, pull: Readonly<Pull>, docker: Readonly<Docker>, freed = ''): Draft {
  const { config, layersAtOnce } = profileOf(docker);
  const waiting = [...pull.blobs].filter(([, { state }]) => state === 'waiting').map(([digest]) => digest);
  const layers = waiting.filter((digest) => digest !== CONFIG);
  const starting = layers.slice(0, Math.max(layersAtOnce - pull.active.length, 0));
  const isAlone = layers.length === 0 && pull.active.length === 0 && pull.setback === undefined;
  if (waiting.includes(CONFIG) && (config !== 'last' || isAlone)) starting.unshift(CONFIG);
  if (config === 'second') starting.unshift(...starting.splice(-1));
  for (const blob of starting) {
    if (blob !== CONFIG)
      draft.add({
        type: 'LayerStarted',
        image: pull.image,
        digest: blob,
        size: pull.blobs.get(blob)?.size ?? 0,
      });
    askBlob(draft, blob, 0, pull, docker, freed);
  }
  return draft;
}

function askBlob(
  draft: Draft,
  blob: string,
  from: number,
  pull: Readonly<Pull>,
  docker: Readonly<Docker>,
  freed = '',
) {
  const transport = lastTransport(profileOf(docker));
  const authorized = pull.tokens.includes(transport);
  return draft.ask({ method: 'GET', path: 'blob', blob, from, transport, authorized }, freed);
}

/** A blob's registry redirects to its store, or sends it itself; a body that begins is waited for, the configuration's is read at once. */
function answerForBlob(
  draft: Draft,
  got: Answer,
  exchange: Readonly<Exchange>,
  pull: Readonly<Pull>,
  docker: Readonly<Docker>,
  freed: string,
): readonly DockerEvent[] {
  const { blob, from, transport } = exchange;
  const { status } = got;
  if (status === 307)
    return draft.ask({ method: 'GET', path: 'data', host: got.to, blob, from, transport }, freed).events;
  if (status !== 200 && status !== 206) {
    const words = wordsOfStatus(status, got.words);
    return trouble(draft, { why: whyOf(status), words, facts: got.facts, status }, exchange, pull, docker);
  }
  if (blob !== CONFIG) return draft.events;
  const next = withBlob(pull, CONFIG, 'done');
  return finish(startBlobs(draft, next, docker, freed), next, docker).events;
}

const withBlob = (pull: Readonly<Pull>, digest: string, state: Blob['state']): Pull => ({
  ...pull,
  active: pull.active.filter((other) => other !== digest || state === 'moving'),
  blobs: new Map(pull.blobs).set(digest, { ...(pull.blobs.get(digest) ?? WAITING), state }),
});

/** A layer's body ended: it is whole, or its connection was lost on the way. */
export function bodyEnded(
  digest: string,
  pull: Readonly<Pull>,
  docker: Readonly<Docker>,
): readonly DockerEvent[] {
  const exchange = receiving(pull, digest);
  const blob = pull.blobs.get(digest);
  if (exchange === undefined || blob === undefined) return [];
  const draft = new Draft(docker, pull);
  if (blob.got + exchange.bytes < blob.size) {
    const lost = { why: 'registry.unreachable', words: 'unexpected EOF', facts: [], status: 0 };
    return trouble(draft, lost, undefined, pull, docker, digest);
  }
  draft.add({ type: 'LayerDone', image: pull.image, digest });
  const next = withBlob(pull, digest, 'done');
  const freed = freedBy(docker, exchange, 200);
  return finish(startBlobs(draft, next, docker, freed), next, docker, digest).events;
}

/** Unpacks the next layer if it is there, in order; when nothing is left to do the image is there, or was not to be had. */
function finish(draft: Draft, pull: Readonly<Pull>, docker: Readonly<Docker>, arrived = ''): Draft {
  const { unpacks } = profileOf(docker);
  const { image, container } = pull;
  const isIdle = [...pull.blobs].every(
    ([digest, { state }]) => state === 'done' || state === 'failed' || digest === CONFIG,
  );
  if (pull.setback !== undefined)
    return isIdle ? draft.add({ type: 'PullFailed', image, container, ...pull.setback, digests: [] }) : draft;
  const isFetched = isIdle && pull.blobs.get(CONFIG)?.state === 'done';
  const next = unpacks === 'never' ? undefined : pull.fetch.find((digest) => !pull.unpacked.includes(digest));
  if (next === undefined) return isFetched ? draft.add({ type: 'Pulled', image }) : draft;
  if (pull.unpacking !== '' || (unpacks === 'at the end' && !isFetched)) return draft;
  const isThere = docker.layers.has(next) || next === arrived;
  return isThere ? draft.add(unpacking(pull, next)) : draft;
}

function unpacking({ image, blobs }: Readonly<Pull>, digest: string): DockerEvent {
  const takes =
    REGISTER_LAYER + Math.round((((blobs.get(digest)?.size ?? 0) * RATIO) / UNPACK_RATE) * SECOND);
  return { type: 'Unpacking', image, digest, takes };
}

/** A layer was unpacked. */
export function layerUnpacked(
  digest: string,
  pull: Readonly<Pull>,
  docker: Readonly<Docker>,
): readonly DockerEvent[] {
  if (pull.unpacking !== digest) return [];
  const draft = new Draft(docker, pull).add({ type: 'Unpacked', image: pull.image, digest });
  return finish(draft, { ...pull, unpacking: '', unpacked: [...pull.unpacked, digest] }, docker).events;
}

/** There is no answer, or no more of one, because a session could not be opened or its connection is gone: status 0. */
export function cutOff(
  found: Trouble,
  exchange: Readonly<Exchange>,
  pull: Readonly<Pull>,
  docker: Readonly<Docker>,
) {
  const { image } = pull;
  const draft = new Draft(docker, pull).add({
    type: 'Answered',
    image,
    id: exchange.id,
    status: 0,
    bytes: 0,
  });
  return exchange.blob === ''
    ? fail(draft, found, exchange, pull, docker)
    : trouble(
        draft,
        found,
        exchange.phase === 'receiving' ? undefined : exchange,
        pull,
        docker,
        exchange.blob,
      );
}

/** What has failed for good, by its answer alone: the rest is tried again (moby:distribution/errors.go, facts 8.2). */
const FINAL = [401, 403, 404, 429];

/** A blob did not come: asked for again at once, after a wait, or not at all. */
function trouble(
  draft: Draft,
  found: Trouble,
  exchange: Readonly<Exchange> | undefined,
  pull: Readonly<Pull>,
  docker: Readonly<Docker>,
  digest = exchange?.blob ?? '',
): readonly DockerEvent[] {
  const profile = profileOf(docker);
  const blob = pull.blobs.get(digest) ?? WAITING;
  const tries = digest === CONFIG ? profile.configuration : profile.layer;
  if (FINAL.includes(found.status)) return fail(draft, found, exchange, pull, docker, digest);
  if (exchange !== undefined && digest !== CONFIG && blob.opens < profile.opensPerAttempt)
    return askBlob(draft, digest, blob.got, pull, docker).events;
  if (blob.attempt >= tries.attempts || (exchange !== undefined && tries.onlyLost))
    return fail(draft, found, exchange, pull, docker, digest);
  const wait = tries.wait(blob.attempt);
  const { image } = pull;
  return draft.add({ type: 'Retrying', image, digest, attempt: blob.attempt, wait, words: found.words })
    .events;
}

/** The wait is over: the blob is gone on with from where it stopped. */
export function again(
  digest: string,
  pull: Readonly<Pull>,
  docker: Readonly<Docker>,
): readonly DockerEvent[] {
  const blob = pull.blobs.get(digest);
  return blob?.state === 'resting'
    ? askBlob(new Draft(docker, pull), digest, blob.got, pull, docker).events
    : [];
}

/** A mirror failed in whatever way: the pull begins again at Docker Hub itself (facts/registry-and-tls.md 8.3). */
function fallThrough(
  draft: Draft,
  { why, words, facts }: Trouble,
  pull: Readonly<Pull>,
  docker: Readonly<Docker>,
) {
  const { image, active: digests } = pull;
  const site = siteOf(image);
  const said = `Attempting next endpoint for pull after error: ${words}`;
  return draft
    .add({ type: 'FellThrough', image, site, why, words: said, facts, digests })
    .ask({ ...(profileOf(docker).opening[0] as Opening), step: 0, host: site }).events;
}

/** The pull fails, unless the client tries something else first. */
function fail(
  draft: Draft,
  found: Trouble,
  exchange: Readonly<Exchange> | undefined,
  pull: Readonly<Pull>,
  docker: Readonly<Docker>,
  blob = exchange?.blob ?? '',
): readonly DockerEvent[] {
  if (pull.site !== siteOf(pull.image)) return fallThrough(draft, found, pull, docker);
  const { why, words, facts, status } = found;
  const { asksOldPing, goesOn } = profileOf(docker);
  const { image, container, active } = pull;
  const attempts = pull.blobs.get(blob)?.attempt ?? 1;
  const said = tell(docker.client, { pull, exchange, blob, attempts }, words, status > 0);
  const setback = { why, words: said, facts };
  if (exchange?.path === 'other' && pull.setback !== undefined)
    return draft.add({ type: 'PullFailed', image, container, ...pull.setback, digests: active }).events;
  if (asksOldPing && exchange?.path === 'ping')
    return draft
      .add({ type: 'SetBack', image, digest: blob, ...setback })
      .ask({ method: 'GET', path: 'other' }).events;
  if (!goesOn || blob === '' || blob === CONFIG)
    return draft.add({ type: 'PullFailed', image, container, ...setback, digests: active }).events;
  const next = { ...withBlob(pull, blob, 'failed'), setback: pull.setback ?? setback };
  draft.add({ type: 'SetBack', image, digest: blob, ...setback });
  return finish(startBlobs(draft, next, docker), next, docker).events;
}
