/** What each client says of a failure (facts/registry-and-tls.md 3.1, 8.2; the recordings). */

import { type Client, HUB, isHubName, repositoryOf } from './profile.ts';
import type { Exchange, Pull } from './state.ts';

/** Where a failure happened: the request, and how often it was tried. */
export interface Place {
  readonly pull: Readonly<Pull>;
  readonly exchange: Readonly<Exchange> | undefined;
  /** Digest of the blob, `config`, or empty. */
  readonly blob: string;
  readonly attempts: number;
}

const REASONS: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** What clients make of an answer that is no success: the registry's own words where it has some. */
export const wordsOfStatus = (status: number, words: string): string =>
  words === '' ? `received unexpected HTTP status: ${status} ${REASONS[status] ?? ''}`.trim() : words;

/** Address of a request. The store signs its addresses, and nobody compares the signature. */
export function urlOf({ host, path, blob }: Readonly<Exchange>, pull: Readonly<Pull>): string {
  const { repository, tag } = repositoryOf(pull.image);
  const hex = blob.replace(/^sha256:/, '');
  switch (path) {
    case 'ping':
      return `https://${host}/v2/`;
    case 'other':
      return `https://${host}/v1/_ping`;
    case 'token': {
      const service = pull.site === HUB ? 'registry.docker.io' : pull.site;
      return `https://${host}/token?scope=${encodeURIComponent(`repository:${repository}:pull`)}&service=${service}`;
    }
    case 'manifest-tag':
      return `https://${host}/v2/${repository}/manifests/${tag}`;
    case 'manifest-digest':
      return `https://${host}/v2/${repository}/manifests/sha256:…`;
    case 'blob':
      return `https://${host}/v2/${repository}/blobs/${blob}`;
    case 'data':
      return `https://${host}/registry-v2/docker/registry/v2/blobs/sha256/${hex.slice(0, 2)}/${hex}/data?verify=…`;
  }
}

const verb = (method: 'GET' | 'HEAD') => (method === 'GET' ? 'Get' : 'Head');

/** Go's net/http puts method and address before the error of a connection. */
const asked = (place: Place, error: string): string =>
  place.exchange === undefined
    ? error
    : `${verb(place.exchange.method)} "${urlOf(place.exchange, place.pull)}": ${error}`;

type Teller = (place: Place, error: string, isStatus: boolean) => string;

/**
 * 1.11 shows the failure of the protocol before, to which it falls back when the registry could not be reached or trusted, or when a proxy
 * let nobody through (3.1; moby:registry/session.go@v1.11.2, GetRepositoryData). A ping that was answered is the end of that: later
 * requests fail in their own words, whose address Go 1.5 writes without quotes.
 */
const docker111: Teller = (place, error, isStatus) => {
  const { pull, exchange } = place;
  if (exchange === undefined || isStatus) return notFound(pull, error);
  if (exchange.path !== 'ping') return asked(place, error).replaceAll('"', '');
  const old = isHubName(pull.image)
    ? `https://index.docker.io/v1/repositories/${pull.image.split(':')[0]}/images`
    : `https://${pull.site}/v1/_ping`;
  if (/i\/o timeout$|awaiting headers\)$/.test(error))
    return `Network timed out while trying to connect to ${old}. You may want to check your internet connection or if you are behind a proxy.`;
  // A host that was dialled in vain is told as it is: it is not the old protocol's.
  return error.startsWith('dial ') ? error : `Error while pulling image: Get ${old}: ${error}`;
};

/** The registry's words, behind the name of the image as people write it. */
const notFound = ({ image }: Readonly<Pull>, error: string) =>
  error.startsWith('manifest unknown') ? `manifest for ${image} not found: ${error}` : error;

const engine: Teller = (place, error, isStatus) => {
  if (place.blob === 'config')
    return `error pulling image configuration: download failed after attempts=${place.attempts + 1}: ${error}`;
  if (place.blob !== '' || isStatus) return notFound(place.pull, error);
  if (place.exchange?.path !== 'token') return asked(place, error);
  // The token is fetched on behalf of the request that was to follow.
  const { repository, tag } = repositoryOf(place.pull.image);
  return `Head "https://${place.pull.site}/v2/${repository}/manifests/${tag}": ${asked(place, error)}`;
};

const containerd: Teller = (place, error, isStatus) => {
  const { pull, exchange } = place;
  const { tag } = repositoryOf(pull.image);
  const isResolving = exchange?.transport === 0;
  const stage = isResolving
    ? `failed to resolve reference "${pull.image}"`
    : 'failed to copy: httpReadSeeker: failed open';
  if (exchange?.path === 'token')
    return `${stage}: failed to authorize: failed to fetch anonymous token: ${isStatus ? error : asked(place, error)}`;
  if (!isStatus)
    return exchange === undefined ? error : `${stage}: failed to do request: ${asked(place, error)}`;
  const status =
    /: (\d{3} [\w ]+)$/.exec(error)?.[1] ?? (error.startsWith('toomany') ? '429 Too Many Requests' : error);
  if (!isResolving)
    return `${stage}: unexpected status code ${exchange === undefined ? '' : urlOf(exchange, pull)}: ${status}`;
  return status.startsWith('manifest unknown')
    ? `${stage}: ${pull.image}: not found`
    : `${stage}: pulling from host ${pull.site} failed with status code [manifests ${tag}]: ${status}`;
};

const skopeo: Teller = (place, error, isStatus) => {
  const { pull, exchange, blob } = place;
  const { repository, tag } = repositoryOf(pull.image);
  if (blob !== '') {
    const list = pull.step > 1 ? 'copying system image from manifest list: ' : '';
    return `${list}reading ${blob === 'config' ? 'config ' : ''}blob ${blob}: ${isStatus ? error : asked(place, error)}`;
  }
  const prefix = `initializing source docker://${pull.image}: `;
  if (exchange?.path === 'token') return `${prefix}${isStatus ? error : asked(place, error)}`;
  if (exchange?.path === 'ping') {
    const status = /(\d{3}) ([\w ]+)$/.exec(error);
    const said =
      isStatus && status !== null ? `invalid status code from registry ${status[1]} (${status[2]})` : error;
    return `${prefix}pinging container registry ${pull.site}: ${isStatus ? said : asked(place, error)}`;
  }
  return `${prefix}reading manifest ${tag} in ${pull.site}/${repository}: ${isStatus ? error : asked(place, error)}`;
};

const TELLERS: Readonly<Record<Client, Teller>> = {
  'docker-1.11': docker111,
  engine,
  'engine-24': engine,
  containerd,
  skopeo,
};

/** The last words of a client whose pull ended with an error of a connection, or with an answer that is no success. */
export const tell = (client: Client, place: Place, error: string, isStatus: boolean): string =>
  TELLERS[client](place, error, isStatus);
