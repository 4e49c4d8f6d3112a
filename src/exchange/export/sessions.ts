/** Sessions of pulls, as their events tell them: followed from the request to what became of it, and then written as a connection. */
import { proxyShows, shownBy, siteShows } from '../../flows/certificates.ts';
import type { Sight } from '../../flows/flow.ts';
import { proxyOf } from '../../flows/pull.ts';
import type { Replayed } from '../../kernel/engine.ts';
import type { View } from '../../kernel/model.ts';
import type { EventOf, ModelName, StateOf } from '../../models/index.ts';
import type { Frame } from '../capture/frame.ts';
import { besideRefusal } from './remarks.ts';
import type { Stations } from './stations.ts';
import { type End, type Session, writeSession } from './tls-session.ts';
import { HELD } from './window.ts';

const as = <M extends ModelName>(event: unknown): EventOf<M> => event as EventOf<M>;

export class Sessions {
  readonly #world: Sight;
  readonly #stations: Stations;
  readonly #emit: (frame: Frame, remark?: string) => void;
  /** By the last event of each: what happens to a session next is caused by it. */
  readonly #open = new Map<number, Session>();

  constructor(world: View, stations: Stations, emit: (frame: Frame, remark?: string) => void) {
    this.#world = {
      get at() {
        return world.at;
      },
      state: <M extends ModelName>(model: M, name: string) =>
        world.stateOf(`${model}/${name}`) as StateOf<M> | undefined,
      each: <M extends ModelName>(model: M) => world.each(model) as Iterable<readonly [string, StateOf<M>]>,
    };
    this.#stations = stations;
    this.#emit = emit;
  }

  /** An event, in the world just after it. */
  hear({ seq, at, cause, entity, event }: Replayed): void {
    const slash = entity.indexOf('/');
    const [model, name] = [entity.slice(0, slash), entity.slice(slash + 1)];
    if (model === 'docker') this.#hearClient({ seq, at, cause }, name, as<'docker'>(event));
    else if (model === 'proxy') this.#hearProxy({ seq, at, cause }, name, as<'proxy'>(event));
    else if (model === 'trust') this.#hearVerifier({ seq, at, cause }, as<'trust'>(event));
  }

  #hearClient({ seq, at, cause }: Place, node: string, event: EventOf<'docker'>): void {
    if (event.type === 'Connected') {
      const session = this.#take(cause);
      // A client that verifies nothing is shown a chain all the same.
      const shownAt = session?.shownAt || at;
      this.#finish(session && { ...session, shownAt }, { kind: 'connected', at });
    }
    if (event.type !== 'Requested' || event.kept) return;
    const vm = this.#world.state('vm', node);
    const segment = vm?.spec?.network ?? '';
    if (vm === undefined || vm.address < 0 || this.#stations.segment(segment) === undefined) return;
    const { host } = event;
    const proxy = proxyOf(this.#world, segment) ?? '';
    const site = proxy === '' ? this.#world.state('registry', host) : undefined;
    const isReached = site?.up === true && site.reach === 'ok';
    if (proxy === '' && !isReached) return;
    const chain = site === undefined ? [] : shownBy(this.#world, siteShows(host, site));
    const times = { openedAt: at, passedAt: at, shownAt: 0 };
    this.#keep(seq, { seq, node, segment, address: vm.address, host, proxy, chain, ...times });
  }

  #hearProxy({ seq, at, cause }: Place, name: string, event: EventOf<'proxy'>): void {
    if (event.type !== 'Tunnelled' && event.type !== 'Resigned' && event.type !== 'Refused') return;
    const session = this.#take(cause);
    if (session === undefined) return;
    const passed = { ...session, passedAt: at };
    if (event.type === 'Refused') {
      const kind = event.why === 'proxy.down' ? 'no-proxy' : 'not-passed';
      this.#finish(passed, { kind, at, remark: besideRefusal(seq, event) });
      return;
    }
    const [server, site] = [this.#world.state('proxy', name), this.#world.state('registry', event.host)];
    if (event.type === 'Resigned' && server !== undefined)
      this.#keep(seq, {
        ...passed,
        chain: shownBy(this.#world, proxyShows(this.#world, server, event, site)),
      });
    else if (site !== undefined)
      this.#keep(seq, { ...passed, chain: shownBy(this.#world, siteShows(event.host, site)) });
  }

  #hearVerifier({ seq, at, cause }: Place, event: EventOf<'trust'>): void {
    if (event.type !== 'Accepted' && event.type !== 'Refused') return;
    const session = this.#take(cause);
    if (session === undefined) return;
    const shown = { ...session, shownAt: at };
    if (event.type === 'Accepted') this.#keep(seq, shown);
    else this.#finish(shown, { kind: 'refused', at, remark: besideRefusal(seq, event) });
  }

  #finish(session: Session | undefined, end: End): void {
    if (session !== undefined) writeSession(session, end, this.#stations, this.#emit);
  }

  /** What is older than frames are held comes to nothing any more. */
  #keep(seq: number, session: Session): void {
    for (const [old, { openedAt }] of this.#open) {
      if (openedAt >= this.#world.at - HELD) break;
      this.#open.delete(old);
    }
    this.#open.set(seq, session);
  }

  #take(cause: number): Session | undefined {
    const session = this.#open.get(cause);
    this.#open.delete(cause);
    return session && session.openedAt >= this.#world.at - HELD ? session : undefined;
  }
}

type Place = Pick<Replayed, 'seq' | 'at' | 'cause'>;
