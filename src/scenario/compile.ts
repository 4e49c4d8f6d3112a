/** A checked scenario becomes the first commands of a run. Each carries the path and the line that asked for it. */
import { assert } from '../base/assert.ts';
import type { Place } from '../base/issue.ts';
import type { Script } from '../base/script.ts';
import type { Ask } from '../kernel/roots.ts';
import type { CommandOf, ModelName } from '../models/index.ts';
import { folderStore, imageStore } from '../models/trust/state.ts';
import type { ImageKey, NodeKind } from './cluster-kinds.ts';
import { compileInternet } from './compile-internet.ts';
import { type Asking, compileNetworkAction, compileNetworks } from './compile-network.ts';
import { ordinalName } from './nodes.ts';
import type { ActionSpec, CreateClusterSpec, PlatformSpec, Scenario } from './types.ts';

class Compiler {
  readonly asks: Ask[] = [];
  readonly #scenario: Scenario;
  readonly #place: (path: string) => Place | undefined;
  /** How often each cluster name was created so far, and which of them a delete by that name hits next: the oldest. */
  readonly #created = new Map<string, number>();
  readonly #deleted = new Map<string, number>();

  constructor(scenario: Scenario, place: (path: string) => Place | undefined) {
    this.#scenario = scenario;
    this.#place = place;
  }

  compile(): Ask[] {
    this.#infrastructure();
    compileInternet(this.#scenario, this.#asking);
    if (this.#scenario.platform !== undefined) this.#platform(this.#scenario.platform);
    const inOrder = this.#scenario.actions
      .map((action, i) => ({ action, i }))
      .sort((a, b) => a.action.at - b.action.at || a.i - b.i);
    for (const { action } of inOrder) this.#action(action);
    return this.asks;
  }

  #ask<M extends ModelName>(path: string, model: M, name: string, command: CommandOf<M>, due = 0): void {
    const place = this.#place(path);
    this.asks.push({
      to: `${model}/${name}`,
      due,
      command: command as Ask['command'],
      path,
      file: place?.file ?? '',
      line: place?.line ?? 0,
    });
  }

  /** What the compilers of parts ask with. */
  readonly #asking: Asking = (path, model, name, command, due) => this.#ask(path, model, name, command, due);

  #infrastructure(): void {
    const { hosts, datastores } = this.#scenario;
    compileNetworks(this.#scenario, this.#asking);
    for (const [name, spec] of Object.entries(hosts)) {
      const { cores, memory, roles, power, boot, clock } = spec;
      this.#ask(spec.path, 'host', name, { type: 'declare', cores, memory, roles, power, boot, clock });
      for (const nic of Object.values(spec.nics)) {
        this.#ask(spec.path, 'fabric', 'net', {
          type: 'link',
          link: `nic/${name}/${nic.network}`,
          rate: nic.rate,
        });
      }
    }
    for (const [name, spec] of Object.entries(datastores)) {
      this.#ask(spec.path, 'datastore', name, {
        type: 'declare',
        capacity: spec.capacity,
        write: spec.write,
        hosts: spec.hosts,
      });
    }
  }

  #roots(names: readonly string[]) {
    return names.map((name) => {
      const root = this.#scenario.authorities[name];
      assert(root !== undefined, `a checked scenario declares root ${name}`);
      return { name, from: root.from, until: root.until };
    });
  }

  #platform(platform: PlatformSpec): void {
    const { vmImage, template, flavors, tenants } = platform;
    for (const [name, tenant] of Object.entries(tenants)) {
      this.#ask(tenant.path, 'ticket', name, { type: 'declare', parent: '', ...pairs(tenant.limits) });
      for (const [project, { path, limits }] of Object.entries(tenant.projects)) {
        this.#ask(path, 'ticket', `${name}/${project}`, { type: 'declare', parent: name, ...pairs(limits) });
      }
    }
    for (const [flavor, { path, cpu, memory }] of Object.entries(flavors))
      this.#ask(path, 'catalog', 'photon', { type: 'flavor', flavor, cpu, memory });
    this.#ask(vmImage.path, 'catalog', 'photon', {
      type: 'image',
      image: vmImage.name,
      size: vmImage.size,
      preloaded: vmImage.preloaded,
    });
    const { engine: client, insecure, mirror, registryRoots, proxyUser: user } = vmImage;
    const ownRoots = Object.keys(registryRoots);
    if (client !== 'docker-1.11' || insecure.length > 0 || mirror !== '' || ownRoots.length > 0)
      this.#ask(vmImage.path, 'catalog', 'photon', {
        ...{ type: 'engine', image: vmImage.name, client, ownRoots, insecure, mirror },
      });
    for (const [site, { path, roots }] of Object.entries(registryRoots))
      this.#ask(path, 'trust', folderStore(imageStore(vmImage.name), site), {
        type: 'fill',
        roots: this.#roots(roots),
        facts: [],
      });
    const { timeSync: after } = vmImage;
    if (after !== undefined)
      this.#ask(vmImage.path, 'catalog', 'photon', { type: 'time-sync', image: vmImage.name, after });
    if (user !== '')
      this.#ask(vmImage.path, 'catalog', 'photon', { type: 'proxy-user', image: vmImage.name, user });
    this.#ask(vmImage.trustsPath, 'trust', imageStore(vmImage.name), {
      type: 'fill',
      roots: this.#roots(vmImage.trusts),
      facts: [],
    });
    this.#ask(template.path, 'catalog', 'photon', { type: 'template', roots: this.#roots(template.trusts) });
  }

  #action(action: ActionSpec): void {
    const { path, at } = action;
    switch (action.verb) {
      case 'create-cluster': {
        const n = (this.#created.get(action.cluster.name) ?? 0) + 1;
        this.#created.set(action.cluster.name, n);
        this.#ask(
          path,
          'cluster',
          ordinalName(action.cluster.name, n),
          { type: 'create', spec: this.#clusterSpec(action.cluster) },
          at,
        );
        return;
      }
      case 'delete-cluster': {
        const n = (this.#deleted.get(action.name) ?? 0) + 1;
        this.#deleted.set(action.name, n);
        this.#ask(path, 'cluster', ordinalName(action.name, n), { type: 'delete' }, at);
        return;
      }
      case 'create-vm':
        this.#createVm(action, at);
        return;
      case 'delete-vm':
        this.#ask(path, 'vm', action.name, { type: 'delete' }, at);
        return;
      case 'edit-template':
        this.#ask(path, 'catalog', 'photon', { type: 'template', roots: this.#roots(action.trusts) }, at);
        return;
      case 'power-on-host':
      case 'fail-host':
        this.#ask(
          path,
          'host',
          action.host,
          { type: action.verb === 'power-on-host' ? 'power-on' : 'fail' },
          at,
        );
        return;
      case 'set-clock':
        this.#ask(path, 'host', action.host, { type: 'set-clock', clock: action.clock }, at);
        return;
      case 'pull-image':
        this.#ask(path, 'docker', action.node, { type: 'pull', image: action.image }, at);
        return;
      case 'run-pod': {
        const { node, pod, image } = action;
        this.#ask(path, 'kubelet', node, { type: 'add', pod, image }, at);
        return;
      }
      case 'restart-engine':
        this.#ask(path, 'docker', action.node, { type: 'restart' }, at);
        return;
      case 'add-root': {
        const added = this.#roots(action.roots);
        const [from, until] = [added.map((root) => root.from), added.map((root) => root.until)];
        const { node, registry, roots } = action;
        this.#ask(path, 'docker', node, { type: 'add-roots', registry, roots, from, until }, at);
        return;
      }
      default:
        compileNetworkAction(action, this.#scenario, this.#asking);
        return;
    }
  }

  get #photon(): PlatformSpec {
    assert(this.#scenario.platform !== undefined, 'a checked scenario with clusters or VMs has a platform');
    return this.#scenario.platform;
  }

  #createVm(action: Extract<ActionSpec, { verb: 'create-vm' }>, at: number): void {
    const { name, tenant, project, flavor, address } = action.vm;
    const { flavors, vmImage, datastore, network } = this.#photon;
    const spec = flavors[flavor];
    assert(spec !== undefined, `a checked scenario declares flavor ${flavor}`);
    const size = { cpu: spec.cpu, memory: spec.memory, image: vmImage.name, imageSize: vmImage.size };
    const where = { datastore, network, address: address === 'dhcp' ? -1 : address, autostart: true };
    this.#ask(
      action.path,
      'vm',
      name,
      { type: 'create', ticket: `${tenant}/${project}`, flavor, ...size, ...where },
      at,
    );
  }

  #clusterSpec({ tenant, project, kind, groups, batch, images }: CreateClusterSpec) {
    const { vmImage, datastore, network, addressWait, serviceWait, stepLimit, clientLimit } = this.#photon;
    return {
      kind,
      ticket: `${tenant}/${project}`,
      image: vmImage.name,
      datastore,
      network,
      phases: groups.map(({ kind: { step, role, prefix, port, ...node }, count, addresses, flavor }) => ({
        ...{ step, role, prefix, count, addresses, flavor, port },
        script: scriptOf(node, images),
      })),
      workers: groups.at(-1)?.count ?? 0,
      batch,
      addressPolls: addressWait.polls,
      addressEvery: addressWait.every,
      servicePolls: serviceWait.polls,
      serviceEvery: serviceWait.every,
      stepLimit,
      clientLimit,
    };
  }
}

/** What the nodes of a phase run, with the images of their cluster. */
function scriptOf(
  node: Pick<NodeKind, 'runs' | 'pause' | 'gate' | 'pods'>,
  images: CreateClusterSpec['images'],
): Script {
  const { runs, pause = 0, gate = '', pods = [] } = node;
  const image = (key: ImageKey) => images[key] ?? '';
  return {
    containers: runs.map(([container]) => container),
    images: runs.map(([, key]) => image(key)),
    ...{ pause, gate },
    pods: pods.map(([pod]) => pod),
    podImages: pods.map(([, key]) => image(key)),
    podBase: image('pause'),
  };
}

const pairs = (limits: Readonly<Record<string, number>>) => ({
  keys: Object.keys(limits),
  limits: Object.values(limits),
});

/** The commands that a checked scenario asks, in order. `place` finds the line of a dotted path. */
export function compile(scenario: Scenario, place: (path: string) => Place | undefined): Ask[] {
  return new Compiler(scenario, place).compile();
}
