/** Rules of time, causes and words: they hold for every event of every model. */
import type { Wire } from '../../src/base/wire.ts';
import { pageFor } from '../../src/inspect/pages.ts';
import { phraseOf } from '../../src/inspect/phrases.ts';
import type { ModelName } from '../../src/models/index.ts';
import type { Finding, Happened, Rule } from './rules.ts';

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);
const isText = (value: unknown): value is string => typeof value === 'string';
const listOf = (fits: (value: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.every(fits);

const FITS: Readonly<Record<Wire, (value: unknown) => boolean>> = {
  int: isWhole,
  real: Number.isFinite,
  bool: (value) => typeof value === 'boolean',
  text: isText,
  ints: listOf(isWhole),
  texts: listOf(isText),
  seq: isWhole,
  seqs: listOf(isWhole),
  data: (value) => value !== undefined,
};

const numbers: Rule = {
  name: 'numbers are dense',
  from: 'src/kernel/engine.ts: the next event gets the number of those before it',
  begin() {
    let next = 0;
    return {
      event({ seq }) {
        const expected = next++;
        return seq === expected ? undefined : `event ${seq} came where ${expected} was due`;
      },
    };
  },
};

const time: Rule = {
  name: 'time never goes back',
  from: 'docs/add-a-model.md; src/kernel/agenda.ts: delivered by (at, tie); whole microseconds',
  begin() {
    let now = 0;
    return {
      event({ at }, { until }) {
        const before = now;
        now = at;
        if (!isWhole(at) || at < 0) return `${at} is no instant`;
        if (at < before) return `${at} comes after ${before}`;
        return at > until ? `${at} is after the end of the run, ${until}` : undefined;
      },
    };
  },
};

const causes: Rule = {
  name: 'a cause precedes its effect',
  from: 'design promise 5: each event names an earlier event, or is a root of the scenario',
  begin() {
    const times: number[] = [];
    return {
      event({ seq, at, cause, kind }) {
        times[seq] = at;
        if ((cause === -1) !== kind.startsWith('scenario.'))
          return `${kind} has cause ${cause}, and only roots have none`;
        if (cause === -1) return undefined;
        const then = times[cause];
        if (!isWhole(cause) || cause < 0 || cause >= seq || then === undefined)
          return `event ${seq} is caused by event ${cause}`;
        return then <= at ? undefined : `event ${seq} at ${at} is caused by event ${cause} at ${then}`;
      },
    };
  },
};

const facts: Rule = {
  name: 'facts are earlier events',
  from: 'src/base/wire.ts: seq and seqs name earlier events; test/flows/causes.test.ts: none is missing',
  begin: () => ({
    event({ seq, fields, event, kind }) {
      for (const [field, wire] of fields) {
        if (wire !== 'seq' && wire !== 'seqs') continue;
        const named = (wire === 'seq' ? [event[field]] : event[field]) as readonly number[];
        const wrong = named.find((fact) => !isWhole(fact) || fact >= seq || fact < 0);
        if (wrong !== undefined) return `event ${seq}, ${kind}, names event ${wrong} as ${field}`;
      }
      return undefined;
    },
  }),
};

const shapes: Rule = {
  name: 'fields fit their shapes',
  from: 'src/base/wire.ts: what the log can write of each field',
  begin: () => ({
    event({ fields, event, kind }) {
      const wrong = fields.find(([field, wire]) => !FITS[wire](event[field]));
      if (wrong !== undefined)
        return `${kind} has ${JSON.stringify(event[wrong[0]])} as ${wrong[0]}, which is written as ${wrong[1]}`;
      const known = new Set(['type', ...fields.map(([field]) => field)]);
      const extra = Object.keys(event).find((field) => !known.has(field));
      return extra === undefined ? undefined : `${kind} has a field ${extra} that is not written`;
    },
  }),
};

/** A line of the story must stay a line: names and words never break it. */
const BREAKS = /[\u0000-\u001f\u007f]/;

const words: Rule = {
  name: 'every event can be told',
  from: 'src/inspect/phrases.ts: a phrase for each kind; src/inspect/pages.ts: a page for each failure',
  begin: () => ({
    event({ kind, event, at }) {
      const { text, weight, mark } = phraseOf(kind, event, at);
      if (text === '' || text === kind) return `${kind} has no phrase`;
      if (/undefined|NaN|\[object/.test(text)) return `${kind} is told as "${text}"`;
      if (BREAKS.test(text)) return `${kind} is told in more than a line: ${JSON.stringify(text)}`;
      const { why } = event;
      if (why === undefined) return undefined;
      if (!isText(why) || pageFor(why) === undefined) return `${kind} fails with ${why}, which has no page`;
      // What a DHCPNAK says may be nothing.
      const mayBeSilent = kind === 'dhcp.Refused';
      if (!isText(event['words']) || (event['words'] === '' && !mayBeSilent))
        return `${kind} fails without words`;
      return weight === 'story' && mark !== 'bad' ? `${kind} fails and is told as if it did not` : undefined;
    },
  }),
};

/** Fields that name something which exists by then, and how to find what it is. */
const NAMES: Readonly<Record<string, readonly (readonly [field: string, model: ModelName])[]>> = {
  'scheduler.HostAdded': [['host', 'host']],
  'scheduler.HostRemoved': [['host', 'host']],
  'scheduler.Placed': [
    ['host', 'host'],
    ['vm', 'vm'],
  ],
  'scheduler.Refused': [['vm', 'vm']],
  'scheduler.Released': [
    ['host', 'host'],
    ['vm', 'vm'],
  ],
  'datastore.CopyStarted': [['vm', 'vm']],
  'datastore.CopyAwaited': [['vm', 'vm']],
  'datastore.DiskCloned': [['vm', 'vm']],
  'datastore.CloneRefused': [['vm', 'vm']],
  'vm.Requested': [
    ['ticket', 'ticket'],
    ['datastore', 'datastore'],
    ['network', 'segment'],
  ],
  'vm.Placed': [['host', 'host']],
  'vm.Addressed': [['network', 'segment']],
  'dhcp.Checking': [['client', 'dhcp-client']],
  'dhcp.Offered': [['client', 'dhcp-client']],
  'dhcp.Silent': [['client', 'dhcp-client']],
  'dhcp.Granted': [['client', 'dhcp-client']],
  'dhcp.Refused': [['client', 'dhcp-client']],
  'dhcp-client.Discovering': [['segment', 'segment']],
  'dhcp-client.Requesting': [['server', 'dhcp']],
  'dhcp-client.Bound': [['server', 'dhcp']],
  'dhcp-client.Leased': [['server', 'dhcp']],
  'relay.Declared': [
    ['near', 'segment'],
    ['far', 'segment'],
  ],
  'trust.Accepted': [['asker', 'vm']],
  'trust.Refused': [['asker', 'vm']],
  'proxy.Tunnelled': [
    ['asker', 'vm'],
    ['host', 'registry'],
  ],
  'proxy.Resigned': [['asker', 'vm']],
  'registry.Served': [['asker', 'docker']],
  'registry.Missing': [['asker', 'docker']],
  'registry.Answered': [['asker', 'docker']],
  'proxy.Answered': [['asker', 'vm']],
  'proxy.Missed': [['asker', 'vm']],
  'node.Requested': [
    ['cluster', 'cluster'],
    ['ticket', 'ticket'],
    ['datastore', 'datastore'],
    ['network', 'segment'],
  ],
  'cluster.NodeProvisioned': [['node', 'node']],
  'cluster.NodeReady': [['node', 'node']],
  'cluster.NodeFailed': [['node', 'node']],
  'cluster.Verifying': [['nodes', 'node']],
  'cluster.NodeRemoved': [['node', 'node']],
};

/** Holders and owners are written `model/name`; devices and machines are nobody's model. */
const REFS: Readonly<Record<string, string>> = {
  'segment.Claimed': 'holder',
  'segment.Released': 'holder',
  'segment.Resolved': 'holder',
  'segment.Announced': 'holder',
  'segment.Flapped': 'holder',
  'segment.Attached': 'station',
  'segment.Probed': 'client',
  'dhcp-client.Started': 'holder',
  'ticket.Consumed': 'holder',
  'ticket.Refused': 'holder',
  'ticket.Returned': 'holder',
  'fabric.Started': 'owner',
  'fabric.Ended': 'owner',
  'fabric.Cancelled': 'owner',
};

const asList = (value: unknown): readonly string[] => (Array.isArray(value) ? value : [value as string]);

function missing({ kind, event }: Happened, exists: (model: ModelName, name: string) => boolean): Finding {
  for (const [field, model] of NAMES[kind] ?? [])
    for (const name of asList(event[field]))
      if (!exists(model, name)) return `${kind} names ${model}/${name}, which does not exist`;
  const ref = event[REFS[kind] ?? ''];
  if (!isText(ref) || /^(device|machine)\//.test(ref)) return undefined;
  const slash = ref.indexOf('/');
  return exists(ref.slice(0, slash) as ModelName, ref.slice(slash + 1))
    ? undefined
    : `${kind} names ${ref}, which does not exist`;
}

const names: Rule = {
  name: 'what is named exists',
  from: 'src/kernel/model.ts: a state is undefined when nothing has ever happened to an entity',
  begin: () => ({
    event: (happened, { world }) =>
      missing(happened, (model, name) => world.state(model, name) !== undefined),
  }),
};

/** Two things of a scenario that became one entity would share its state. Forks declare anew; these runs are none. */
const once: Rule = {
  name: 'each thing is an entity of its own',
  from: 'docs/decisions.md: entities are called model/name; src/scenario/compile.ts declares each once',
  begin() {
    const declared = new Set<string>();
    const stopped = new Set<string>();
    return {
      event({ kind, entity, event }) {
        if (kind === 'dhcp.Stopped') stopped.add(entity);
        // A server that was stopped, or never ran, may start with another configuration.
        if (kind === 'dhcp.Configured' && stopped.has(entity)) return undefined;
        if (kind === 'dhcp.Configured' && event['enabled'] === false) stopped.add(entity);
        if (!/\.(Declared|Configured)$/.test(kind)) return undefined;
        // A server has a scope for each segment that it serves.
        const name = kind === 'dhcp.Configured' ? `${entity} on ${event['segment']}` : entity;
        if (declared.has(name)) return `${name} is declared twice`;
        declared.add(name);
        return undefined;
      },
    };
  },
};

export const KERNEL_RULES: readonly Rule[] = [numbers, time, causes, facts, shapes, words, names, once];
