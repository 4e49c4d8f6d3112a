/** Scenarios to start from: a cluster of each kind that works, and the two failures that the field knows best. Each explains itself. */

export const TEMPLATES = ['mesos', 'swarm', 'kubernetes', 'dhcp', 'tls'] as const;

export type TemplateName = (typeof TEMPLATES)[number];

interface Variant {
  readonly cluster: Cluster;
  readonly about: readonly string[];
  readonly dhcp: readonly string[];
  readonly tls: readonly string[];
  readonly expect: readonly string[];
  readonly thresholds: readonly string[];
}

/** A cluster to ask for: its name, its nodes, and the sites with its images. */
interface Cluster {
  readonly name: string;
  readonly kind: string;
  readonly nodes: readonly string[];
  readonly images: Readonly<Record<string, readonly string[]>>;
}

const STATIC = '# Static, so they must lie outside the DHCP scope.';

const MESOS: Cluster = {
  name: 'mesos-1',
  kind: 'mesos',
  nodes: [
    STATIC,
    'zookeepers: [10.20.0.11, 10.20.0.12, 10.20.0.13]',
    'masters: 3',
    'marathon: 1',
    'slaves: 4',
  ],
  images: {
    'registry-1.docker.io': [
      '"esxcloud/zookeeper": 150MB',
      '"mesosphere/mesos-master:0.26.0-0.2.145.ubuntu1404": 120MB',
      '"mesosphere/mesos-slave:0.26.0-0.2.145.ubuntu1404": 120MB',
      '"mesosphere/marathon:v0.15.0": 250MB',
    ],
  },
};

const SWARM: Cluster = {
  name: 'swarm-1',
  kind: 'swarm',
  nodes: [STATIC, 'etcds: [10.20.0.11, 10.20.0.12, 10.20.0.13]', 'slaves: 4'],
  images: {
    'registry-1.docker.io': ['"swarm:0.4.0": 4MB'],
    'quay.io': ['"quay.io/coreos/etcd:v2.0.8": 5MB'],
  },
};

const KUBERNETES: Cluster = {
  name: 'kube-1',
  kind: 'kubernetes',
  nodes: [STATIC, 'etcds: [10.20.0.11, 10.20.0.12, 10.20.0.13]', 'master: 10.20.0.20', 'slaves: 4'],
  images: {
    'registry-1.docker.io': ['"kubernetes/etcd:2.0.5.1": 5MB'],
    'quay.io': ['"quay.io/coreos/etcd:v2.0.8": 5MB', '"quay.io/coreos/flannel:0.5.2": 6MB'],
    'gcr.io': [
      '"gcr.io/google_containers/hyperkube:v1.0.1": 70MB',
      '"gcr.io/google_containers/pause:0.8.0": 100kB',
    ],
  },
};

const DHCP_ON = ['    dhcp: { enabled: true, scope: 10.20.0.50-10.20.0.199, lease: 8h }'];
const TLS_OFF = ['    tls: { intercept: false }'];

/** A cluster that comes up. */
const working = (cluster: Cluster, title: string): Variant => ({
  cluster,
  about: [`A ${title} cluster on a four-host Photon Platform, the way it should go.`],
  dhcp: DHCP_ON,
  tls: TLS_OFF,
  expect: [`  - that: cluster ${cluster.name} is ready`, '    by: 45m', '  - that: nothing fails'],
  thresholds: ['thresholds:', '  cluster.create.duration: ["max < 30m"]', '  dhcp.conflicts: ["count == 0"]'],
});

const VARIANTS: Readonly<Record<TemplateName, Variant>> = {
  mesos: working(MESOS, 'Mesos'),
  swarm: working(SWARM, 'Swarm'),
  kubernetes: working(KUBERNETES, 'Kubernetes'),
  dhcp: {
    cluster: MESOS,
    about: [
      'Somebody read "use static addresses" as "switch DHCP off": the masters wait for a lease that never comes.',
    ],
    dhcp: [
      '    # Only the zookeepers have static addresses; everything else asks by DHCP. Set `enabled: true` to see it work.',
      '    dhcp: { enabled: false, scope: 10.20.0.50-10.20.0.199, lease: 8h }',
    ],
    tls: TLS_OFF,
    expect: ['  - that: fails with address.none', '  - that: cluster mesos-1 is error'],
    thresholds: [],
  },
  tls: {
    cluster: MESOS,
    about: [
      'The proxy re-signs every TLS session and the nodes do not trust its root: pulls fail, and a wait runs out.',
    ],
    dhcp: DHCP_ON,
    tls: [
      '    # The nodes would have to trust corp-root: see platform.node-template.trusts below.',
      '    tls: { intercept: true, re-signs-with: corp-root }',
    ],
    expect: ['  - that: fails with tls.untrusted-issuer', '  - that: cluster mesos-1 is error'],
    thresholds: [],
  },
};

/** The text of a scenario. `schema` is where its JSON Schema is, seen from the file; empty when that is not known. */
export function templateText(template: TemplateName, name: string, schema: string): string {
  const { cluster, about, dhcp, tls, expect, thresholds } = VARIANTS[template];
  const lines = [
    schema === ''
      ? '# For help in editors: premortem schema > scenario.schema.json'
      : `# yaml-language-server: $schema=${schema}`,
    'version: 1',
    `name: ${name}`,
    'about: >',
    ...about.map((line) => `  ${line}`),
    '# The simulated clock, never the real one.',
    'start: 2016-05-24T09:00:00Z',
    'until: 90m',
    '# The same seed gives the same run, byte for byte.',
    'seed: 1',
    '',
    'hosts:',
    '  # A range makes four hosts; the second entry refines one of them.',
    '  esx-[01-04]:',
    '    cpu: { cores: 16 }',
    '    memory: 128GiB',
    '    roles: [cloud]',
    '    nics: { vmnic0: { network: mgmt, rate: 10Gbps } }',
    '  esx-01: { roles: [mgmt, cloud] }',
    '',
    'datastores:',
    '  vsan-1: { hosts: esx-*, capacity: 20TiB, write: 800MB/s }',
    '',
    'networks:',
    '  mgmt:',
    '    cidr: 10.20.0.0/24',
    '    gateway: 10.20.0.1',
    '    dns: [10.20.0.2]',
    ...dhcp,
    '',
    'pki:',
    '  roots: { public-web: {}, corp-root: {} }',
    '',
    'internet:',
    ...Object.entries(cluster.images).flatMap(([site, images]) => [
      `  ${site}:`,
      '    tls: { issued-by: public-web }',
      '    rtt: 40ms',
      '    bandwidth: 1Gbps',
      '    images:',
      ...images.map((image) => `      ${image}`),
    ]),
    '',
    'proxies:',
    '  edge:',
    '    path: mgmt -> internet',
    '    bandwidth: 200Mbps',
    ...tls,
    '',
    'platform:',
    '  kind: photon-controller',
    '  on: esx-01',
    '  network: mgmt',
    '  datastore: vsan-1',
    '  # How long the platform waits for an address, and for a service: polls times interval.',
    '  address-wait: { polls: 120, every: 5s }',
    '  service-wait: { polls: 120, every: 5s }',
    '  vm-image: { name: photon-os, size: 1.2GiB, trusts: [public-web] }',
    '  # Roots that the controller installs in each node at first boot.',
    '  node-template: { trusts: [] }',
    '  tenants:',
    '    lab:',
    '      ticket: { vm: 40, vm.cpu: 128, vm.memory: 256GiB }',
    '      projects:',
    '        dev: { limits: { vm: 20, vm.cpu: 64, vm.memory: 128GiB } }',
    '',
    'do:',
    '  - at: 5m',
    '    create-cluster:',
    `      name: ${cluster.name}`,
    `      kind: ${cluster.kind}`,
    '      tenant: lab',
    '      project: dev',
    ...cluster.nodes.map((line) => `      ${line}`),
    '',
    '# What must come true. A scenario that expects a failure succeeds when it occurs.',
    'expect:',
    ...expect,
    ...(thresholds.length === 0 ? [] : ['', ...thresholds]),
    '',
  ];
  return lines.join('\n');
}
