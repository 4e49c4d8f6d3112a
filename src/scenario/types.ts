/**
 * A checked scenario: names resolved, ranges expanded, quantities in base units, defaults filled in. This is what
 * `compile.ts` turns into first commands; what people write is in `schema.ts`.
 *
 * Every record is keyed by name. `path` is the dotted path of the thing in the scenario, as `--set` and `change` write it
 * (for a member of a range: the path of the range's own key, so that it leads to a line).
 */
import type { BitsPerSecond, Bytes, Micros } from '../base/units.ts';
import type { ImageKey, KindOfCluster, NodeKind } from './cluster-kinds.ts';

/** Addresses are unsigned 32-bit numbers. */
export type Ipv4 = number;

export interface HostSpec {
  readonly path: string;
  readonly cores: number;
  readonly memory: Bytes;
  /** Photon usage tags: `mgmt`, `cloud` or both. */
  readonly roles: readonly ('mgmt' | 'cloud')[];
  readonly nics: Readonly<Record<string, { readonly network: string; readonly rate: BitsPerSecond }>>;
  /** Whether the host runs when the simulation starts. */
  readonly power: 'on' | 'off';
  /** Time from power-on until the host serves. */
  readonly boot: Micros;
  /** How far the host's clock is ahead of true time; negative when behind. Its VMs start with it. */
  readonly clock: Micros;
}

export interface DatastoreSpec {
  readonly path: string;
  readonly hosts: readonly string[];
  readonly capacity: Bytes;
  /** Bytes per second that all clones onto it share. */
  readonly write: number;
}

/** First and last address. */
export interface AddressRange {
  readonly first: Ipv4;
  readonly last: Ipv4;
}

export interface ReservationSpec {
  readonly path: string;
  readonly name: string;
  readonly address: Ipv4;
  /** One of the two is empty; a client id is in hex. */
  readonly mac: string;
  readonly clientId: string;
}

/** A DHCP server and its scope. What is not said is the product's own. */
export interface ServerSpec {
  readonly path: string;
  readonly enabled: boolean;
  readonly software: 'generic' | 'dnsmasq' | 'kea' | 'isc' | 'udhcpd' | 'windows';
  /** The server's own address; the gateway's when nothing was said. */
  readonly address: Ipv4;
  /** The subnet of its scope, and what it gives out of it, exclusions taken out. */
  readonly network: Ipv4;
  readonly prefix: number;
  readonly ranges: readonly AddressRange[];
  readonly reservations: readonly ReservationSpec[];
  readonly lease?: Micros;
  readonly minLease?: Micros;
  readonly maxLease?: Micros;
  readonly t1?: Micros;
  readonly t2?: Micros;
  readonly check?: 'none' | 'ping' | 'arp';
  readonly checkWait?: Micros;
  readonly authoritative?: boolean;
  readonly quarantine?: Micros;
  readonly options: Readonly<Record<string, string | number | readonly (string | number)[]>>;
}

export interface DhcpSpec extends ServerSpec {
  /** The network whose server it is; empty for one of its own. */
  readonly server: string;
  readonly answerDelay: Micros;
  readonly lostAnswers: readonly {
    readonly kind: 'OFFER' | 'ACK' | 'NAK';
    readonly which: readonly number[];
  }[];
}

export interface RelaySpec {
  readonly path: string;
  readonly enabled: boolean;
  readonly option82: boolean;
}

/** A machine that is nothing but a user of an address. */
export interface MachineSpec {
  readonly path: string;
  readonly network: string;
  readonly address: Ipv4 | 'dhcp';
  readonly client: 'networkd' | 'dhclient' | 'dhcpcd' | 'udhcpc' | 'generic';
  readonly start: Micros;
  readonly within: Micros;
  /** Empty: one of its own. */
  readonly mac: string;
  readonly clientId?: 'mac' | 'duid' | 'none';
  readonly check?: boolean;
  /** Whether it asks options for its static address. */
  readonly inform?: boolean;
  readonly patience: Micros;
}

export interface NetworkSpec {
  readonly path: string;
  readonly network: Ipv4;
  readonly prefix: number;
  readonly gateway: Ipv4;
  readonly dns: readonly Ipv4[];
  readonly vlan: number;
  /** Absent when nobody serves DHCP there and nothing was said about it. */
  readonly dhcp?: DhcpSpec;
  /** Further servers on the segment. */
  readonly servers: Readonly<Record<string, ServerSpec>>;
  readonly relay?: RelaySpec;
}

/** An authority: a root, which has signed itself, or one below. Validity is in microseconds since the start and may be negative. */
export interface AuthoritySpec {
  readonly path: string;
  readonly from: Micros;
  readonly until: Micros;
  readonly isRoot: boolean;
  readonly issuedBy: string;
  /** Whose name and key it has: its own, if it is no cross-certificate. */
  readonly copyOf: string;
  /** -1: any number of authorities below it. */
  readonly pathLength: number;
  readonly permits: readonly string[];
  readonly excludes: readonly string[];
}

export interface ImageSpec {
  readonly path: string;
  /** Compressed layers as they are transferred, base layer first. */
  readonly layers: readonly { readonly digest: string; readonly size: Bytes }[];
}

export interface SiteSpec {
  readonly path: string;
  /** Who signed its certificate; empty: it has none, and speaks plain HTTP. */
  readonly issuedBy: string;
  readonly from: Micros;
  readonly until: Micros;
  /** Host names that its certificate is valid for. */
  readonly names: readonly string[];
  /** Authorities whose certificates it sends after its own. */
  readonly sends: readonly string[];
  /** The sites that give out tokens and that hold layers; empty: itself, and nobody is asked for a token. */
  readonly token: string;
  readonly blobs: string;
  /** Round trip time from the site's edge. */
  readonly rtt: Micros;
  readonly bandwidth: BitsPerSecond;
  readonly up: boolean;
  /** Whether it stands inside the company, where no proxy is on the way to it. */
  readonly inside: boolean;
  /** The site that it is a pull-through cache of; empty: it holds its images itself. */
  readonly mirrorOf: string;
  /** Pulls that one address may have in a window. */
  readonly limit?: { readonly path: string; readonly pulls: number; readonly per: Micros };
  /** Keyed by image name with tag, as `docker run` writes it. */
  readonly images: Readonly<Record<string, ImageSpec>>;
}

export interface ProxySpec {
  readonly path: string;
  /** The networks whose traffic to the internet goes through this proxy. */
  readonly networks: readonly string[];
  readonly bandwidth: BitsPerSecond;
  readonly tlsPath: string;
  readonly intercept: boolean;
  /** Name of the root that signs the forged leaves; empty when it does not intercept. */
  readonly resignsWith: string;
  readonly habit: 'plain' | 'squid' | 'mitmproxy';
  /** Whether clients were told of it, or it takes up connections in their way. */
  readonly mode: 'explicit' | 'transparent';
  /** Who may use it; undefined: everybody, without being asked. */
  readonly users?: readonly string[];
  /** Authorities that it trusts itself; none: it verifies no site. */
  readonly trusts: readonly string[];
  /** How long before now a forged leaf's validity begins. */
  readonly backdate: Micros;
  /** Host names that are passed through untouched. */
  readonly bypass: readonly string[];
  readonly up: boolean;
}

export interface FlavorSpec {
  readonly path: string;
  readonly cpu: number;
  readonly memory: Bytes;
}

/** Limits of a resource ticket: whole numbers; memory in bytes; keys as Photon's cost keys (`vm`, `vm.cpu`, `vm.memory`). */
export type Limits = Readonly<Record<string, number>>;

export interface ProjectSpec {
  readonly path: string;
  readonly limits: Limits;
}

export interface TenantSpec {
  readonly path: string;
  readonly limits: Limits;
  readonly projects: Readonly<Record<string, ProjectSpec>>;
}

export interface VmImageSpec {
  readonly path: string;
  readonly name: string;
  readonly size: Bytes;
  readonly trustsPath: string;
  readonly trusts: readonly string[];
  /** Container images already inside the VM image. */
  readonly preloaded: readonly string[];
  /** The program that pulls images, sites that it does not verify, and the site that it asks before Docker Hub, or the empty text. */
  readonly engine: 'docker-1.11' | 'engine' | 'engine-24' | 'containerd' | 'skopeo';
  readonly insecure: readonly string[];
  readonly mirror: string;
  /** The user that it says it is to a proxy, or the empty text. */
  readonly proxyUser: string;
  /** How long after it has an address its clock is set right. */
  readonly timeSync?: Micros;
  /** Sites that have a folder of roots. */
  readonly registryRoots: Readonly<
    Record<string, { readonly path: string; readonly roots: readonly string[] }>
  >;
}

export interface WaitSpec {
  readonly polls: number;
  readonly every: Micros;
}

export interface PlatformSpec {
  readonly path: string;
  readonly on: string;
  readonly network: string;
  readonly datastore: string;
  readonly addressWait: WaitSpec;
  readonly serviceWait: WaitSpec;
  /** Limit of one API task step (30 min), and of the client that waits for the whole task (30 min). */
  readonly stepLimit: Micros;
  readonly clientLimit: Micros;
  readonly vmImage: VmImageSpec;
  /** Roots that the node template on the controller installs at first boot. */
  readonly template: { readonly path: string; readonly trusts: readonly string[] };
  readonly flavors: Readonly<Record<string, FlavorSpec>>;
  readonly tenants: Readonly<Record<string, TenantSpec>>;
}

export interface CreateClusterSpec {
  readonly name: string;
  readonly kind: KindOfCluster;
  readonly tenant: string;
  readonly project: string;
  /** Its nodes in order of phases; the last are the slaves. */
  readonly groups: readonly NodeGroup[];
  readonly batch: number;
  /** Where each container image that its nodes pull is written under `images`. */
  readonly images: Readonly<Partial<Record<ImageKey, string>>>;
}

/** The nodes of one phase of a cluster. */
export interface NodeGroup {
  readonly kind: NodeKind;
  readonly count: number;
  /** Static addresses, one for each; none: they ask by DHCP. */
  readonly addresses: readonly Ipv4[];
  readonly flavor: string;
}

export interface CreateVmSpec {
  readonly name: string;
  readonly tenant: string;
  readonly project: string;
  readonly flavor: string;
  /** A static address, or `dhcp`. */
  readonly address: Ipv4 | 'dhcp';
}

/** One thing done at a time. `path` is `do[i]`. */
export type ActionSpec = { readonly path: string; readonly at: Micros } & (
  | { readonly verb: 'create-cluster'; readonly cluster: CreateClusterSpec }
  | { readonly verb: 'delete-cluster'; readonly name: string }
  | { readonly verb: 'create-vm'; readonly vm: CreateVmSpec }
  | { readonly verb: 'delete-vm'; readonly name: string }
  | { readonly verb: 'edit-template'; readonly trusts: readonly string[] }
  /** `network` is a network, for its server, or the name of a further server. */
  | { readonly verb: 'start-dhcp' | 'stop-dhcp' | 'forget-leases'; readonly network: string }
  | {
      readonly verb: 'move-scope';
      readonly network: string;
      readonly ranges: readonly AddressRange[];
      readonly subnet: { readonly network: Ipv4; readonly prefix: number };
      readonly address: Ipv4;
      readonly keepLeases: boolean;
    }
  | { readonly verb: 'start-relay' | 'stop-relay'; readonly network: string }
  | { readonly verb: 'start-machine' | 'stop-machine' | 'kill-machine'; readonly machine: string }
  | { readonly verb: 'unplug' | 'plug'; readonly network: string; readonly station: string }
  | { readonly verb: 'power-on-host' | 'fail-host'; readonly host: string }
  | { readonly verb: 'set-clock'; readonly host: string; readonly clock: Micros }
  | {
      readonly verb: 'take-address';
      readonly network: string;
      readonly address: Ipv4;
      readonly holder: string;
    }
  | { readonly verb: 'pull-image'; readonly node: string; readonly image: string }
  /** `registry` is empty for the machine's own store. */
  | {
      readonly verb: 'add-root';
      readonly node: string;
      readonly roots: readonly string[];
      readonly registry: string;
    }
  | { readonly verb: 'restart-engine'; readonly node: string }
  | { readonly verb: 'run-pod'; readonly node: string; readonly pod: string; readonly image: string }
);

/** What must come true. */
export type ExpectSpec = { readonly path: string; readonly text: string; readonly by?: Micros } & (
  | { readonly kind: 'cluster'; readonly name: string; readonly state: 'ready' | 'error' | 'deleted' }
  | { readonly kind: 'vm'; readonly name: string; readonly state: 'running' | 'addressed' | 'deleted' }
  | {
      readonly kind: 'machine';
      readonly name: string;
      readonly state: 'addressed' | 'unaddressed' | 'informed';
    }
  | { readonly kind: 'node'; readonly name: string; readonly image: string }
  | { readonly kind: 'fails'; readonly code: string }
  | { readonly kind: 'never-fails'; readonly code: string }
  | { readonly kind: 'nothing-fails' }
);

export interface ThresholdSpec {
  readonly path: string;
  readonly metric: string;
  readonly text: string;
  readonly aggregate: 'count' | 'min' | 'max' | 'avg' | 'last' | { readonly percentile: number };
  readonly compare: '<' | '<=' | '>' | '>=' | '==' | '!=';
  /** In the metric's base unit (microseconds, bytes, or a plain number). */
  readonly bound: number;
}

export interface Scenario {
  readonly name: string;
  readonly about: string;
  /** Calendar instant of the start, in whole microseconds since 1970. */
  readonly start: number;
  readonly until: Micros;
  readonly seed: string;
  readonly hosts: Readonly<Record<string, HostSpec>>;
  readonly datastores: Readonly<Record<string, DatastoreSpec>>;
  readonly networks: Readonly<Record<string, NetworkSpec>>;
  readonly machines: Readonly<Record<string, MachineSpec>>;
  /** Roots and intermediates, roots first. */
  readonly authorities: Readonly<Record<string, AuthoritySpec>>;
  readonly internet: Readonly<Record<string, SiteSpec>>;
  readonly proxies: Readonly<Record<string, ProxySpec>>;
  readonly platform?: PlatformSpec;
  readonly actions: readonly ActionSpec[];
  readonly expect: readonly ExpectSpec[];
  readonly thresholds: readonly ThresholdSpec[];
}
