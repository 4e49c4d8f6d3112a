/** What is done and when (`do`), what must come true (`expect`, `thresholds`). */
import { z } from 'zod';
import { type ImageKey, KIND_NAMES, KINDS } from './cluster-kinds.ts';
import {
  address,
  addressOrDhcp,
  cidr,
  count,
  duration,
  field,
  imageName,
  name,
  reference,
  scopes,
  text,
  withJson,
} from './fields.ts';

/** The default of every image, whatever kind of cluster it is of. */
const IMAGES = Object.assign({}, ...Object.values(KINDS).map(({ images }) => images)) as Record<
  ImageKey,
  string
>;

const image = (of: ImageKey, about: string) => field(imageName(), about, IMAGES[of]);

const clusterImages = z.strictObject({
  zookeeper: image('zookeeper', 'Mesos: image of the ZooKeeper nodes.'),
  master: image('master', 'Mesos: image of the masters.'),
  marathon: image('marathon', 'Mesos: image of the Marathon nodes.'),
  slave: image('slave', 'Mesos: image of the slaves.'),
  etcd: image('etcd', 'Swarm and Kubernetes: image of the etcd nodes.'),
  swarm: image('swarm', 'Swarm: image of masters and slaves.'),
  setup: image('setup', 'Kubernetes: image that prepares the network of masters and slaves.'),
  flannel: image('flannel', 'Kubernetes: image of flannel, without which a node waits for ever.'),
  hyperkube: image('hyperkube', 'Kubernetes: image of the kubelet, the proxy and the API server.'),
  pause: image('pause', 'Kubernetes: image that holds the network of each pod.'),
});

const createCluster = withJson(
  z.strictObject({
    name: field(name(), 'Name of the cluster.', 'mesos-1'),
    kind: field(z.enum(KIND_NAMES), 'Kind of cluster. Default: mesos.', 'mesos', 'swarm', 'kubernetes'),
    tenant: field(reference(), 'The tenant that pays for it.', 'lab'),
    project: field(reference(), "One of the tenant's projects.", 'dev'),
    zookeepers: field(
      z.array(address()).min(1).max(3),
      'Mesos: static addresses of one to three ZooKeeper nodes.',
      ['10.20.0.11'],
    ),
    etcds: field(
      z.array(address()).min(1).max(3),
      'Swarm and Kubernetes: static addresses of one to three etcd nodes.',
      ['10.20.0.11'],
    ),
    master: field(address(), 'Kubernetes: the static address of the master.', '10.20.0.20'),
    masters: field(count(1, 100), 'Mesos: number of masters. Default: 3.', 3),
    marathon: field(count(1, 100), 'Mesos: number of Marathon nodes. Default: 1.', 1),
    slaves: field(count(1, 1000), 'Number of slaves.', 4),
    batch: field(count(1, 1000), 'How many slaves are created at a time. Default: 20.', 20),
    'master-flavor': field(
      reference(),
      'Flavor of the masters. Default: cluster-master-vm.',
      'cluster-master-vm',
    ),
    'other-flavor': field(
      reference(),
      'Flavor of all other nodes. Default: cluster-other-vm.',
      'cluster-other-vm',
    ),
    images: field(clusterImages, 'The container images that its nodes run, each with a default.', {
      slave: 'mesosphere/mesos-slave:0.26.0',
    }),
  }),
  { required: ['name', 'tenant', 'project', 'slaves'] },
);

const createVm = withJson(
  z.strictObject({
    name: field(name(), 'Name of the VM.', 'web-1'),
    tenant: field(reference(), 'The tenant that pays for it.', 'lab'),
    project: field(reference(), "One of the tenant's projects.", 'dev'),
    flavor: field(reference(), 'Its size: one of platform.flavors.', 'cluster-other-vm'),
    address: field(addressOrDhcp(), 'A static address, or `dhcp`. Default: dhcp.', 'dhcp', '10.20.0.30'),
  }),
  { required: ['name', 'tenant', 'project', 'flavor'] },
);

const setClock = withJson(
  z.strictObject({
    host: field(reference(), 'The host, or a glob over hosts.', 'esx-01'),
    clock: field(
      duration({ signed: true }),
      'How far its clock is ahead of true time from now on.',
      '0s',
      '-3h',
    ),
  }),
  { required: ['host', 'clock'] },
);

const editTemplate = withJson(
  z.strictObject({
    trusts: field(z.array(reference()), 'Roots that the node template installs from now on.', ['corp-root']),
  }),
  { required: ['trusts'] },
);

const takeAddress = withJson(
  z.strictObject({
    network: field(reference(), 'The network.', 'mgmt'),
    address: field(address(), 'The address that somebody takes by hand.', '10.20.0.60'),
    holder: field(name(), 'Who holds it.', 'printer'),
  }),
  { required: ['network', 'address', 'holder'] },
);

const moveScope = withJson(
  z.strictObject({
    network: field(reference(), 'The network whose scope it is.', 'mgmt'),
    scope: field(
      scopes(),
      'First and last address from now on, or a list of ranges.',
      '10.20.0.100-10.20.0.149',
    ),
    cidr: field(cidr(), 'The subnet of the new scope. Default: that of the network.', '10.21.0.0/24'),
    address: field(
      address(),
      "The server's address from now on; it keeps the old one beside it. Default: the old one.",
      '10.21.0.1',
    ),
    'keep-leases': field(z.boolean(), 'Whether the lease database survives. Default: true.', false),
  }),
  { required: ['network', 'scope'] },
);

const node = (example = 'mesos-1-slave-1') =>
  field(
    reference(),
    'The node of a cluster by the name that the platform gives it, or a glob over nodes.',
    example,
  );

const pullImage = withJson(
  z.strictObject({
    node: node(),
    image: field(imageName(), 'The image.', 'registry.corp.example/team/app:1'),
  }),
  { required: ['node', 'image'] },
);

const addRoot = withJson(
  z.strictObject({
    node: node('mesos-1-*'),
    roots: field(z.array(reference()).min(1), 'Roots that are added: names of pki.roots.', ['corp-root']),
    registry: field(
      reference(),
      "The site whose folder in /etc/docker/certs.d they are put into, which is read for each pull and serves no name of Docker Hub. Default: the machine's own store, which a running engine has read.",
      'registry.corp.example',
    ),
  }),
  { required: ['node', 'roots'] },
);

const runPod = withJson(
  z.strictObject({
    node: node('kube-1-slave-1'),
    name: field(name(), 'Name of the pod.', 'web'),
    image: field(imageName(), 'The image of its container.', 'registry.corp.example/team/app:1'),
  }),
  { required: ['node', 'name', 'image'] },
);

/** What an action may do; each has exactly one of them. */
export const VERBS = [
  'create-cluster',
  'delete-cluster',
  'create-vm',
  'delete-vm',
  'edit-template',
  'start-dhcp',
  'stop-dhcp',
  'power-on-host',
  'fail-host',
  'set-clock',
  'take-address',
  'move-scope',
  'forget-leases',
  'start-relay',
  'stop-relay',
  'start-machine',
  'stop-machine',
  'kill-machine',
  'unplug',
  'plug',
  'pull-image',
  'add-root',
  'restart-engine',
  'run-pod',
] as const;

const action = withJson(
  z.strictObject({
    at: field(duration(), 'When, counted from the start of the simulation.', '5m'),
    'create-cluster': field(createCluster, 'Asks the platform for a cluster.', {
      name: 'mesos-1',
      slaves: 4,
    }),
    'delete-cluster': field(reference(), 'Asks the platform to delete a cluster.', 'mesos-1'),
    'create-vm': field(createVm, 'Asks the platform for one VM.', { name: 'web-1', address: 'dhcp' }),
    'delete-vm': field(reference(), 'Asks the platform to delete a VM.', 'web-1'),
    'edit-template': field(editTemplate, 'Changes the node template on the controller.', {
      trusts: ['corp-root'],
    }),
    'start-dhcp': field(
      reference(),
      'Starts the DHCP server of a network, or a further server by its name.',
      'mgmt',
    ),
    'stop-dhcp': field(
      reference(),
      'Stops the DHCP server of a network, or a further server by its name.',
      'mgmt',
    ),
    'power-on-host': field(reference(), 'Powers on a host, or all hosts of a glob.', 'esx-05'),
    'fail-host': field(reference(), 'A host, or all hosts of a glob, fail.', 'esx-02'),
    'set-clock': field(setClock, 'Sets the clock of a host.', { host: 'esx-01', clock: '0s' }),
    'take-address': field(takeAddress, 'Somebody takes an address by hand.', {
      network: 'mgmt',
      address: '10.20.0.60',
    }),
    'move-scope': field(moveScope, 'The DHCP server is restarted with another scope.', {
      network: 'mgmt',
      scope: '10.20.0.100-10.20.0.149',
    }),
    'forget-leases': field(reference(), 'The DHCP server of a network loses its lease database.', 'mgmt'),
    'start-relay': field(reference(), 'The router of a network begins to relay DHCP.', 'vlan-30'),
    'stop-relay': field(reference(), 'The router of a network stops relaying DHCP.', 'vlan-30'),
    'start-machine': field(reference(), 'A machine starts (again), or all of a glob.', 'desk-001'),
    'stop-machine': field(reference(), 'A machine is shut down in an orderly way.', 'desk-001'),
    'kill-machine': field(reference(), 'A machine goes without a word.', 'desk-001'),
    unplug: field(
      reference(),
      'The port of a machine, of all of a glob, or of the DHCP server of a network goes down.',
      'desk-001',
      'mgmt',
    ),
    plug: field(reference(), 'The port comes up again.', 'desk-001', 'mgmt'),
    'pull-image': field(pullImage, 'Somebody pulls an image on a node of a cluster, as `docker pull` does.', {
      node: 'mesos-1-slave-1',
      image: 'registry.corp.example/team/app:1',
    }),
    'add-root': field(addRoot, 'Somebody adds roots to what a node of a cluster trusts.', {
      node: 'mesos-1-slave-1',
      roots: ['corp-root'],
    }),
    'restart-engine': field(
      reference(),
      'Somebody restarts the container engine of a node, or of all of a glob: it reads its roots anew, and its containers come back.',
      'mesos-1-slave-1',
      'mesos-1-*',
    ),
    'run-pod': field(
      runPod,
      'Somebody puts the manifest of a pod into the folder that the kubelet of a Kubernetes node watches.',
      { node: 'kube-1-slave-1', name: 'web', image: 'registry.corp.example/team/app:1' },
    ),
  }),
  { required: ['at'], oneOf: VERBS.map((verb) => ({ required: [verb] })) },
);

const expectation = withJson(
  z.strictObject({
    that: field(
      text(200),
      'What must hold: `cluster NAME is ready`, `vm NAME is running`, `machine NAME is addressed`, `node NAME has image IMAGE`, `fails with CODE`, `never fails with CODE`, `nothing fails`.',
      'cluster mesos-1 is ready',
      'fails with address.duplicate',
    ),
    by: field(duration(), 'The latest instant at which it may come true. Default: the end.', '45m'),
  }),
  { required: ['that'] },
);

/** The sections `do`, `expect` and `thresholds`. */
export const storySections = {
  do: field(z.array(action), 'What is done and when.', [{ at: '5m', 'fail-host': 'esx-02' }]),
  expect: field(z.array(expectation), 'What must come true.', [
    { that: 'cluster mesos-1 is ready', by: '45m' },
  ]),
  thresholds: field(
    z.record(z.string(), z.array(text(200))),
    'Bounds on metrics: `count`, `min`, `max`, `avg`, `last` or `p(N)`, a comparison, and a bound with its unit.',
    { 'cluster.create.duration': ['p(95) < 30m'] },
  ),
};
