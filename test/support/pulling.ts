/** A container client in the middle of a pull, for specs: what it is asked, and what it asks. */
import { docker } from '../../src/models/docker/decide.ts';
import type { Answer, DockerCommand, DockerEvent } from '../../src/models/docker/events.ts';
import type { Client } from '../../src/models/docker/profile.ts';
import { specify } from './spec.ts';

export const spec = specify(docker, 'docker/node-1');
type Scene = ReturnType<typeof spec.given>;

export const IMAGE = 'photon/etcd:2';
export const HUB = 'registry-1.docker.io';
export const AUTH = 'auth.docker.io';
export const STORE = 'production.cloudflare.docker.com';
export const MB = 1_000_000;

const NONE = { to: '', bytes: 0, words: '', facts: [], list: false, digests: [], sizes: [] };
export const answer = (id: number, status: number, more: Partial<Answer> = {}): DockerCommand => ({
  ...{ type: 'answer', ...NONE, id, status, ...more },
});
export const layers = (digests: readonly string[], size = 2 * MB) => ({
  digests,
  sizes: digests.map(() => size),
});

/** A client that is asked to pull. */
export const pulling = (client: Client, image = IMAGE): Scene =>
  spec
    .when({ type: 'configure', client, ownRoots: [], insecure: [] })
    .after.when({ type: 'start', preloaded: [] })
    .after.when({ type: 'started' })
    .after.when({ type: 'pull', image }).after;

/** What a decision asks for, as `METHOD path of host`, with the blob and where it begins. */
export const asks = (events: readonly DockerEvent[]): string[] =>
  events.flatMap((event) => {
    if (event.type !== 'Requested') return [];
    const { method, path, host, blob, from, kept } = event;
    const rest = [blob, from > 0 ? `from ${from}` : '', kept ? 'kept' : ''].filter((text) => text !== '');
    return [[`${method} ${path} of ${host}`, ...rest].join(' ')];
  });

/** Plays answers in order, with sessions open at once. Gives the scene, everything asked for, and the events of the last command. */
export function play(scene: Scene, ...commands: readonly DockerCommand[]) {
  let now = scene;
  let last: readonly DockerEvent[] = [];
  const asked: string[] = [];
  for (const command of commands) {
    for (const host of [HUB, AUTH, STORE])
      for (let open = true; open; ) {
        const { after, events } = now.when({ type: 'connected', host });
        now = after;
        open = events.length > 0;
      }
    const { after, events } = now.when(command);
    now = after;
    last = events;
    asked.push(...asks(events));
  }
  return { scene: now, asked, last };
}

export const opened = (client: Client) =>
  play(pulling(client), answer(1, 401, { to: AUTH }), answer(2, 200), answer(3, 200)).scene;

/** The engine has read the manifest of an image of so many layers: requests 5 and on are for the configuration and the layers. */
export const fetching = (digests: readonly string[], client: Client = 'engine') =>
  play(opened(client), answer(4, 200, layers(digests))).scene;
