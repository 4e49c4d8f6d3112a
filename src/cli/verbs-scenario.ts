/** The verbs that begin with a scenario file. */
import { FLAGS, type Verb } from './verb.ts';

const FILE = ['<file>', 'a scenario file'] as const;
const OVERLAYS = ['[overlay...]', 'further files applied on top of it, in this order'] as const;

export const SCENARIO_VERBS: readonly Verb[] = [
  {
    name: 'init',
    about: 'write a commented scenario to start from',
    args: [['[file]', 'the file to write (default: scenario.yaml)']],
    flags: [{ flags: '--template <name>', about: 'mesos (default), swarm, kubernetes, dhcp or tls' }],
    examples: [
      ['premortem init', 'a cluster that works, in scenario.yaml'],
      ['premortem init proxy.yaml --template tls', 'one that fails behind a TLS-inspecting proxy'],
    ],
    json: '{ "file", "template" }',
    load: () => import('./init.ts'),
  },
  {
    name: 'check',
    about: 'read scenarios and say what is wrong with them; nothing is simulated',
    args: [['<file...>', 'scenario files']],
    flags: [],
    examples: [['premortem check scenarios/*.yaml', '']],
    json: '[{ "file", "ok", "issues": [{ "severity", "code", "message", "place"?: { "file", "line", "column", "length" }, "reason"?, "help"? }] }]',
    load: () => import('./check.ts'),
  },
  {
    name: 'plan',
    about: 'say what would be simulated: counts, actions, values and where each comes from',
    args: [FILE, OVERLAYS],
    flags: [FLAGS.set, { flags: '--show <part>', about: 'merged: every value with its file and line' }],
    examples: [
      ['premortem plan scenario.yaml', ''],
      ['premortem plan scenario.yaml fix.yaml --show merged', 'what the files say together'],
    ],
    json: '{ "name", "seed", "until", "counts", "actions": [{ "at", "what", "place" }], "values": [{ "path", "value", "from" }], "warnings": issues }',
    load: () => import('./plan.ts'),
  },
  {
    name: 'run',
    about: 'simulate a scenario once: what happens when, what fails, why, and what would help',
    args: [FILE, OVERLAYS],
    flags: [
      { flags: '--seed <text>', about: 'another seed than the scenario says' },
      FLAGS.set,
      FLAGS.until,
      { flags: '--ties <n>', about: 'order things of one instant by a hash seeded with n (default: 0, off)' },
      FLAGS.out,
      FLAGS.only,
      { flags: '--no-hidden', about: 'do not look for failures behind the first' },
    ],
    examples: [
      ['premortem run scenario.yaml', ''],
      ['premortem run scenario.yaml fix.yaml', 'with changes from a second file'],
      ["premortem run scenario.yaml --set networks.mgmt.dhcp.enabled=false --set 'do[0].at=10m'", ''],
      ['premortem run scenario.yaml --json | jq .verdict', ''],
    ],
    json: '{ "verdict": { "exit", "holds", "sentence" }, "run", "counts", "warnings", "timeline", "failures", "incidents", "hidden", "cure", "expectations", "thresholds", "capacity" }',
    load: () => import('./run.ts'),
  },
  {
    name: 'explain',
    about: 'the page of a failure, a scenario field or a metric; without a word: what there is',
    args: [['[word]', 'a failure code, a path of a scenario, or a metric']],
    flags: [],
    examples: [
      ['premortem explain address.none', 'a failure'],
      ['premortem explain networks.mgmt.dhcp.check', 'a field; any name stands for a name'],
      ['premortem explain cluster.create.duration', 'a metric'],
    ],
    json: '{ "kind": "failure" | "field" | "metric", ... } or, without a word, { "failures", "fields", "metrics" }',
    load: () => import('./explain.ts'),
  },
  {
    name: 'import',
    about: 'read the configuration of a DHCP server as networks of a scenario',
    args: [
      ['<kind>', 'dhcp'],
      ['<file>', 'dnsmasq.conf, kea-dhcp4.conf or dhcpd.conf'],
    ],
    flags: [
      {
        flags: '--into <scenario>',
        about: 'warn of static addresses of this scenario that lie in an imported scope',
      },
      {
        flags: '--network <name>',
        about: 'the name of the network; of several, the beginning of their names',
      },
      { flags: '--format <product>', about: 'dnsmasq, kea or isc, whatever the file looks like' },
    ],
    examples: [['premortem import dhcp dhcpd.conf --into scenario.yaml > dhcp.yaml', '']],
    json: '{ "networks": { NAME: { "cidr", "gateway"?, "dns"?, "dhcp"? } }, "issues": [...] }',
    load: () => import('./import.ts'),
  },
  {
    name: 'check-chain',
    about: 'say which TLS verifiers accept the certificates in real files, and why not',
    args: [],
    flags: [
      { flags: '--server <file>', about: 'what the server sends, in PEM, its own certificate first' },
      { flags: '--trust <file>', about: 'what its clients trust, in PEM' },
      { flags: '--host <name>', about: 'the host name or address that clients dial' },
      { flags: '--at <time>', about: "the client's clock: 2026-05-24T12:00:00Z (default: now)" },
      { flags: '--verifier <name>', about: 'only this one, such as go; may be repeated', many: true },
      { flags: '--crl <file>', about: 'revocation lists, in PEM; without them nobody asks' },
    ],
    examples: [
      [
        'premortem check-chain --server chain.pem --trust ca-bundle.pem --host registry.example',
        'exit code 3 when a verifier refuses',
      ],
    ],
    json: '{ "host", "at", "ok", "sent": [CERTIFICATE], "trusted", "verdicts": [{ "verifier", "ok", "fault"?, "code"?, "text"?, "certificate"?: CERTIFICATE, "fix"? }], "issues" }',
    load: () => import('./check-chain.ts'),
  },
  {
    name: 'conformance',
    about: 'predict recorded cases of real software from their set-ups',
    args: [
      ['<kind>', 'dhcp, tls or registry'],
      ['<folder>', 'a folder of set-ups, one JSON file each'],
    ],
    flags: [{ flags: '--seed <text>', about: 'another seed of the random choices of clients' }],
    examples: [
      [
        'node test/golden/tools/score.mjs dhcp test/golden/dhcp -- npx premortem conformance dhcp --json',
        'score the recordings of this repository',
      ],
      [
        'node test/golden/tools/score.mjs tls test/golden/tls -- npx premortem conformance tls --json',
        'the same for the verdicts on certificates',
      ],
    ],
    json: 'one object a line: { "case", "prediction" }, where a prediction holds messages and outcome, verdicts, or requests',
    load: () => import('./conformance.ts'),
  },
  {
    name: 'schema',
    about: 'print the JSON Schema of scenario files, for editors',
    args: [],
    flags: [],
    examples: [['premortem schema > scenario.schema.json', '']],
    json: 'the schema itself, with and without --json',
    load: () => import('./schema.ts'),
  },
];
