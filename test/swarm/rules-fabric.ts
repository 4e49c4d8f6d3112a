/** Rules of shared links: nothing carries more than it can, shares are fair, and nobody receives more than was sent. */
import type { Sight } from '../../src/flows/flow.ts';
import { type Fabric, type Group, rateOf } from '../../src/models/fabric/state.ts';
import type { Finding, Happened, Rule } from './rules.ts';

const NET = 'net';
/** Rates are floating-point numbers: sums may differ in the last digits. */
const CLOSE = 1e-9;

type Flow = Group & { readonly rate: number };

const flowsOf = (fabric: Readonly<Fabric>): [string, Flow][] =>
  [...fabric.groups].map(([name, group]) => [name, { ...group, rate: rateOf(fabric, name) }]);

const usersOf = (fabric: Readonly<Fabric>): Map<string, Flow[]> => {
  const users = new Map<string, Flow[]>();
  for (const [, flow] of flowsOf(fabric))
    for (const link of new Set(flow.path)) users.set(link, [...(users.get(link) ?? []), flow]);
  return users;
};

const total = (flows: readonly Flow[]) => flows.reduce((sum, { rate, count }) => sum + rate * count, 0);

function loads(fabric: Readonly<Fabric>): Finding {
  const members = new Map<string, number>();
  for (const { group } of fabric.transfers.values()) members.set(group, (members.get(group) ?? 0) + 1);
  for (const [name, { count, rate }] of flowsOf(fabric)) {
    if (!(rate >= 0) || !Number.isFinite(rate)) return `the rate over ${name} is ${rate}`;
    if (count < 1 || count !== (members.get(name) ?? 0))
      return `${count} transfers count over ${name}, and ${members.get(name) ?? 0} go there`;
  }
  for (const name of members.keys())
    if (!fabric.groups.has(name)) return `transfers over ${name} have no rate`;
  for (const [link, flows] of usersOf(fabric)) {
    const capacity = fabric.links.get(link)?.capacity ?? 0;
    if (total(flows) > capacity * (1 + CLOSE)) return `${link} carries ${total(flows)} of ${capacity}`;
  }
  return undefined;
}

/** Max-min: each transfer is at its cap, or has a full link on its way on which nobody gets more than it does. */
function shares(fabric: Readonly<Fabric>): Finding {
  const users = usersOf(fabric);
  for (const [name, flow] of flowsOf(fabric)) {
    const held =
      flow.rate >= flow.cap * (1 - CLOSE) ||
      flow.path.some((link) => {
        const flows = users.get(link) ?? [];
        const isFull = total(flows) >= (fabric.links.get(link)?.capacity ?? 0) * (1 - CLOSE);
        return isFull && flows.every((other) => other.rate <= flow.rate * (1 + CLOSE));
      });
    if (!held) return `transfers over ${name} get ${flow.rate} and could have more`;
  }
  return undefined;
}

const isFabric = ({ kind }: Happened) => kind.startsWith('fabric.');
const fabricOf = (world: Sight) => world.state('fabric', NET);

const links: Rule = {
  name: 'links carry what they can',
  from: 'design section 7: max-min fairness; src/models/fabric/share.ts',
  begin: () => ({
    event(happened, { world }) {
      const fabric = fabricOf(world);
      return fabric === undefined || !isFabric(happened) ? undefined : loads(fabric);
    },
  }),
};

const fair: Rule = {
  name: 'shares are max-min fair',
  from: 'design section 7; facts/overlay.md, flow models',
  begin: () => ({
    event(happened, { world }) {
      const fabric = fabricOf(world);
      return fabric === undefined || !isFabric(happened) ? undefined : shares(fabric);
    },
  }),
};

interface Received {
  readonly size: number;
  bytes: number;
  rate: number;
  /** The highest rate so far: what may come in the microsecond in which the last byte does. */
  top: number;
}

/** How far what was received may be from the size. */
const grain = ({ size, top }: Received) => top * (1 + CLOSE) + size * CLOSE;

/** Counts what every transfer received, from rates and time alone, and compares it with its size. */
class Ledger {
  readonly #open = new Map<string, Received>();
  #at = 0;

  event(happened: Happened, fabric: Readonly<Fabric>): Finding {
    for (const received of this.#open.values()) received.bytes += received.rate * (happened.at - this.#at);
    this.#at = happened.at;
    const { owner, tag, size } = happened.event as unknown as { owner: string; tag: string; size: number };
    const key = `${owner} ${tag}`;
    if (happened.kind === 'fabric.Started') this.#open.set(key, { size, bytes: 0, rate: 0, top: 0 });
    const found = happened.kind === 'fabric.Ended' ? this.#ended(key) : this.#tooMuch();
    if (happened.kind === 'fabric.Ended' || happened.kind === 'fabric.Cancelled') this.#open.delete(key);
    for (const [name, received] of this.#open) {
      received.rate = rateOf(fabric, fabric.transfers.get(name)?.group ?? '');
      received.top = Math.max(received.top, received.rate);
    }
    return found;
  }

  /** A transfer is over within a microsecond of its last byte. */
  #ended(key: string): Finding {
    const received = this.#open.get(key);
    if (received === undefined) return `${key} ended and never began`;
    const { size, bytes } = received;
    return Math.abs(size - bytes) <= grain(received)
      ? this.#tooMuch()
      : `${key} ended with ${bytes} of ${size} bytes`;
  }

  #tooMuch(): Finding {
    for (const [key, received] of this.#open)
      if (received.bytes > received.size + grain(received))
        return `${key} received ${received.bytes} of ${received.size} bytes`;
    return undefined;
  }
}

const bytes: Rule = {
  name: 'transfers end with their last byte',
  from: 'src/models/fabric/decide.ts: over within a microsecond of its end; rates only change with events',
  begin() {
    const ledger = new Ledger();
    return {
      event(happened, { world }) {
        const fabric = fabricOf(world);
        return fabric === undefined || !isFabric(happened) ? undefined : ledger.event(happened, fabric);
      },
    };
  },
};

/** Every transfer is for somebody who waits for it. */
function wanted(world: Sight): Finding {
  for (const { owner, tag } of fabricOf(world)?.transfers.values() ?? []) {
    const [model, name] = [owner.slice(0, owner.indexOf('/')), owner.slice(owner.indexOf('/') + 1)];
    const isWanted =
      model === 'docker'
        ? world.state('docker', name)?.pull?.active.includes(tag)
        : world.state('datastore', name)?.copying.has(tag);
    if (isWanted !== true) return `${owner} is sent ${tag} and does not wait for it`;
  }
  return undefined;
}

const owners: Rule = {
  name: 'transfers have somebody who waits',
  from: 'src/flows/pull.ts: a stopped engine cancels its layers; src/flows/place.ts',
  touches: ['fabric', 'docker', 'datastore'],
  begin: () => ({ instant: ({ world }) => wanted(world) }),
};

export const FABRIC_RULES: readonly Rule[] = [links, fair, bytes, owners];
