/** Sessions of pulls, as their events tell them: followed from the request to what became of it, and then written as a connection. */
import { shownBy, siteShows } from '../../flows/certificates.ts';
import type { Sight } from '../../flows/flow.ts';
import { shownThrough } from '../../flows/proxies.ts';
import { wayTo } from '../../flows/session.ts';
import type { Replayed } from '../../kernel/engine.ts';
import type { EventOf, ModelName } from '../../models/index.ts';
import { statusOf } from '../../models/proxy/state.ts';
import { isPlain } from '../../models/registry/state.ts';
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

  constructor(world: Sight, stations: Stations, emit: (frame: Frame, remark?: string) => void) {
    this.#world = world;
    this.#stations = stations;
    this.#emit = emit;
  }

  /** An event, in the world just after it. */
  hear(happened: Replayed): void {
    const { entity, event } = happened;
    const slash = entity.indexOf('/');
    const [model, name] = [entity.slice(0, slash), entity.slice(slash + 1)];
    if (model === 'docker') this.#hearClient(happened, name, as<'docker'>(event));
    else if (model === 'proxy') this.#hearProxy(happened, name, as<'proxy'>(event));
    else if (model === 'trust') this.#hearVerifier(happened, as<'trust'>(event));
  }

  #hearClient({ seq, at, cause }: Replayed, node: string, event: EventOf<'docker'>): void {
    if (event.type === 'Connected') this.#finish(this.#take(cause), { kind: 'connected', at });
    if (event.type !== 'Requested' || event.kept) return;
    const { host } = event;
    const vm = this.#world.state('vm', node);
    const segment = vm?.spec?.network ?? '';
    if (vm === undefined || vm.address < 0 || this.#stations.segment(segment) === undefined) return;
    const way = wayTo(this.#world, node, host);
    if (way.to === 'nobody') return;
    const site = this.#world.state('registry', host);
    if (way.to === 'host' && site !== undefined && isPlain(site)) return;
    const isStraight = way.to === 'host' && site !== undefined;
    this.#keep(seq, {
      ...{ seq, node, segment, address: vm.address, host, openedAt: at },
      proxy: way.to === 'explicit' ? way.proxy : '',
      user: this.#world.state('docker', node)?.proxyUser ?? '',
      chain: isStraight ? shownBy(this.#world, siteShows(host, site)) : [],
    });
  }

  #hearProxy({ seq, at, cause }: Replayed, name: string, event: EventOf<'proxy'>): void {
    if (event.type !== 'Tunnelled' && event.type !== 'Resigned' && event.type !== 'Refused') return;
    const session = this.#take(cause);
    if (session === undefined) return;
    const passed = { ...session, passedAt: at };
    const server = this.#world.state('proxy', name);
    if (server === undefined) return;
    if (event.type === 'Refused') {
      const [{ why }, remark] = [event, besideRefusal(seq, event)];
      const end: End =
        why === 'proxy.down'
          ? { kind: 'no-proxy', at, remark }
          : { kind: 'not-passed', at, remark, status: statusOf(server, why) };
      this.#finish(passed, end);
      return;
    }
    const shown = shownThrough(this.#world, server, event);
    if (shown !== undefined) this.#keep(seq, { ...passed, chain: shownBy(this.#world, shown) });
  }

  #hearVerifier({ seq, at, cause }: Replayed, event: EventOf<'trust'>): void {
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
