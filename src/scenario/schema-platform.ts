/** The platform that creates VMs and clusters: its limits, its templates, its tenants. */
import { z } from 'zod';
import { count, duration, field, imageName, name, named, reference, size } from './fields.ts';

function wait(what: string) {
  const waiting = z.strictObject({
    polls: field(count(1, 1_000_000), 'How often it looks. Default: 120.', 120),
    every: field(duration({ min: 1 }), 'Time between two looks. Default: 5s.', '5s'),
  });
  return field(waiting, `How long the platform waits for ${what}.`, { polls: 120, every: '5s' });
}

const trusts = () =>
  field(z.array(reference()), 'Roots that are trusted: names of pki.roots.', ['public-web']);

const vmImage = z.strictObject({
  name: field(name(), 'Name of the VM image. Default: photon-os.', 'photon-os'),
  size: field(size(), 'Its size as it is copied. Default: 1.2GiB.', '1.2GiB'),
  trusts: trusts(),
  preloaded: field(z.array(imageName()), 'Container images already inside.', ['esxcloud/zookeeper']),
  engine: field(
    z.enum(['docker-1.11', 'engine', 'engine-24', 'containerd', 'skopeo']),
    'What pulls images: Docker 1.11, Docker engine 20.10, Docker engine 24, containerd or skopeo. Default: docker-1.11.',
    'engine',
  ),
  'insecure-registries': field(
    z.array(reference()),
    'Sites whose certificates the engine does not look at: names of `internet`.',
    ['registry.corp.example'],
  ),
  'registry-roots': field(
    named(z.array(reference()).min(1)),
    'Roots in a folder of their own for a site (/etc/docker/certs.d), from first boot on: names of pki.roots by names of `internet`. Not for Docker Hub.',
    { 'registry.corp.example': ['corp-root'] },
  ),
  mirror: field(
    reference(),
    'The site that the engine asks for images of Docker Hub before the Hub itself: one of `internet`.',
    'mirror.corp.example',
  ),
  'proxy-user': field(
    name(),
    'The user that the engine says it is to a proxy, as in HTTPS_PROXY=http://user:password@proxy. Default: none.',
    'nodes',
  ),
  'time-sync': field(
    duration(),
    'How long after it has an address a machine sets its clock right by NTP. Default: never.',
    '30s',
  ),
});

const flavor = z.strictObject({
  cpu: field(count(1, 1024), 'Virtual processors.', 4),
  memory: field(size(), 'Memory.', '8GiB'),
});

const limitKeys = () => ({
  vm: field(count(0, 1_000_000), 'Number of VMs.', 20),
  'vm.cpu': field(count(0, 100_000_000), 'Virtual processors of all VMs together.', 64),
  'vm.memory': field(size({ min: 0 }), 'Memory of all VMs together.', '256GiB'),
});

const project = z.strictObject({
  limits: field(z.strictObject(limitKeys()), "The project's share of the ticket.", { vm: 20, 'vm.cpu': 64 }),
  percent: field(
    count(1, 100),
    "The share in percent of the ticket's original limits, instead of `limits`.",
    50,
  ),
});

const tenant = z.strictObject({
  ticket: field(z.strictObject(limitKeys()), 'The resource ticket.', {
    vm: 40,
    'vm.cpu': 128,
    'vm.memory': '512GiB',
  }),
  projects: field(named(project), 'Projects, by name.', { dev: { percent: 50 } }),
});

const template = z.strictObject({ trusts: trusts() });

/** The section `platform`. */
export const platformSection = z.strictObject({
  kind: field(
    z.enum(['photon-controller']),
    'Kind of platform. Default: photon-controller.',
    'photon-controller',
  ),
  on: field(reference(), 'The host that runs it.', 'esx-01'),
  network: field(reference(), 'The network its VMs are connected to.', 'mgmt'),
  datastore: field(reference(), 'The datastore that holds its VMs.', 'vsan-1'),
  'address-wait': wait('the address of a new node'),
  'service-wait': wait('the service of a new node'),
  'step-limit': field(duration({ min: 1 }), 'Limit of one step of a task. Default: 30m.', '30m'),
  'client-limit': field(
    duration({ min: 1 }),
    'How long the client waits for the whole task. Default: 30m.',
    '30m',
  ),
  'vm-image': field(vmImage, 'The image that every VM is cloned from.', {
    name: 'photon-os',
    size: '1.2GiB',
  }),
  'node-template': field(template, 'What the controller installs in each node at first boot.', {
    trusts: ['corp-root'],
  }),
  flavors: field(
    named(flavor),
    'Sizes of VMs, by name; cluster-master-vm and cluster-other-vm exist by default.',
    {
      small: { cpu: 1, memory: '2GiB' },
    },
  ),
  tenants: field(named(tenant), 'Tenants, by name.', { lab: { ticket: { vm: 40 } } }),
});
