/** The verbs that begin with a log. */
import { FLAGS, type Verb } from './verb.ts';

const LOG = ['<log>', 'a log that `run` or `fork` wrote (.pmlog)'] as const;
const EVENT = '{ "seq", "at", "entity", "kind", "cause", "event", "text" }';

export const LOG_VERBS: readonly Verb[] = [
  {
    name: 'events',
    about: 'print the events of a log, one a line',
    args: [LOG],
    flags: [
      { flags: '--entity <glob>', about: 'only of these entities: vm/mesos-1-*, or names without model' },
      { flags: '--kind <glob>', about: "only of these kinds: 'docker.*'" },
      { flags: '--since <time>', about: 'from this instant on' },
      { flags: '--until <time>', about: 'up to this instant' },
      { flags: '--failures', about: 'only failures and refusals' },
      { flags: '--limit <n>', about: 'at most so many' },
      { flags: '--follow', about: 'wait for more until the run ends' },
    ],
    examples: [
      ["premortem events run.pmlog --kind 'docker.*' --since 5m", ''],
      ['premortem events run.pmlog --failures', ''],
      ['premortem events run.pmlog --json | jq -c .kind | sort | uniq -c', ''],
    ],
    json: `one object a line: ${EVENT}`,
    load: () => import('./events.ts'),
  },
  {
    name: 'show',
    about: 'the world, or one entity, at any instant',
    args: [LOG, ['[entity]', 'vm/mesos-1-master-1, or just the name']],
    flags: [FLAGS.at],
    examples: [
      ['premortem show run.pmlog --at 17m', 'the world after 17 minutes'],
      ['premortem show run.pmlog dhcp/mgmt --at e131', 'a scope when event e131 had happened'],
    ],
    json: '{ "at", "entities": [{ "entity", "state" }] } or { "at", "entity", "state", "events", "pending" } or a list of these',
    load: () => import('./show.ts'),
  },
  {
    name: 'why',
    about: 'from a failure, an event or an entity back to lines of the scenario',
    args: [LOG, ['[what]', 'an event such as e131, or an entity (default: the first failure)']],
    flags: [
      { flags: '--all', about: 'every step, also those that only passed it on' },
      { flags: '--fix', about: 'try the remedies out and say what happens' },
    ],
    examples: [
      ['premortem why run.pmlog', ''],
      ['premortem why run.pmlog mesos-1-master-1', 'its last failure, or what happened to it last'],
      ['premortem why run.pmlog e131 --all', ''],
    ],
    json: '{ "event", "code"?, "because": { "seq", "at", "entity", "kind", "text", "place"?, "alike", "because": [...] }, "places", "remedy"?, "cure"? }',
    load: () => import('./why.ts'),
  },
  {
    name: 'fork',
    about: 'go on from an instant of a run, with something changed',
    args: [LOG],
    flags: [
      FLAGS.at,
      FLAGS.set,
      { flags: '--do <action>', about: "one entry of `do` without `at`, done then: 'start-dhcp: mgmt'" },
      FLAGS.until,
      FLAGS.out,
      FLAGS.only,
    ],
    examples: [
      ['premortem fork run.pmlog --at 6m --set networks.mgmt.dhcp.enabled=true', ''],
      ["premortem fork run.pmlog --at 6m --do 'start-dhcp: mgmt'", ''],
      ['premortem fork run.pmlog --at 6m', 'unchanged: the log comes out equal'],
    ],
    json: 'as `run`, with "fork": { "of", "at", "sets", "idle", "equal" }',
    load: () => import('./fork.ts'),
  },
  {
    name: 'diff',
    about: 'where two runs part, and what follows from it',
    args: [
      ['<left>', 'a log'],
      ['<right>', 'another log'],
    ],
    flags: [{ flags: '--limit <n>', about: 'groups of differences that are listed (default: 20)' }],
    examples: [['premortem diff before.pmlog after.pmlog', '']],
    json: '{ "equal", "same", "first"?: { "at", "entity", "kind", "left"?, "right"? }, "differences", "groups": [{ "kind", "side", "count", "entities" }] }',
    load: () => import('./diff.ts'),
  },
  {
    name: 'verify',
    about: 'prove a log: its bytes, its fold, and the same decisions made again',
    args: [LOG],
    flags: [],
    examples: [['premortem verify run.pmlog', '']],
    json: '{ "bytes": { "ok", "status", "message" }, "fold"?: { "ok", ... }, "execution"?: { "ok", ... } }',
    load: () => import('./verify.ts'),
  },
  {
    name: 'repair',
    about: 'cut a torn log back to its last whole frame; what is cut is kept beside it',
    args: [LOG],
    flags: [{ flags: '--keep-prefix', about: 'also cut a damaged log, to the events before the damage' }],
    examples: [['premortem repair run.pmlog', '']],
    json: '{ "action": "nothing" | "cut" | "refuse", "status", "keep", "cut", "copy", "message" }',
    load: () => import('./repair.ts'),
  },
  {
    name: 'resume',
    about: 'go on with a run that was stopped; its log becomes what it would have been',
    args: [LOG],
    flags: [FLAGS.only, { flags: '--no-hidden', about: 'do not look for failures behind the first' }],
    examples: [
      ['premortem resume run.pmlog', 'after a crash, a full disk or a lost connection'],
      ['premortem resume run.interrupted.pmlog', 'after Ctrl-C'],
    ],
    json: 'as `run`, with "resumed": { "at", "events", "cut", "copy" }; or { "resumed": null, "why", "message", "difference"? }',
    load: () => import('./resume.ts'),
  },
  {
    name: 'export',
    about: 'what is in a log, in formats that other tools read',
    args: [LOG],
    flags: [
      {
        flags: '--pcapng <file>',
        about:
          'what a sniffer on the segments would have recorded: DHCP, ARP, TLS of pulls; - is standard output',
      },
      {
        flags: '--segment <name>',
        about: 'only this segment; a name or pattern, may be repeated',
        many: true,
      },
    ],
    examples: [
      ['premortem export run.pmlog --pcapng run.pcapng', ''],
      ['premortem export run.pmlog --pcapng - | wireshark -k -i -', ''],
    ],
    json: '{ "file", "frames", "segments", "bytes" }',
    load: () => import('./export.ts'),
  },
];
