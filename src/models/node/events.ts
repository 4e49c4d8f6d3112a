/** The provisioning of one cluster node: Photon's VmProvisionTask and the readiness wait after it (facts/photon-and-vdvs.md 5.2). */
import { type Script, scriptShape } from '../../base/script.ts';
import type { Micros } from '../../base/units.ts';
import type { Shapes } from '../../base/wire.ts';

/** What a node is provisioned from. `address` is a static IPv4 number, or -1 for DHCP. */
export interface NodeSpec extends Script {
  readonly cluster: string;
  readonly role: string;
  readonly ticket: string;
  readonly flavor: string;
  readonly image: string;
  readonly datastore: string;
  readonly network: string;
  readonly address: number;
  /** The port that is polled. */
  readonly port: number;
  readonly addressPolls: number;
  readonly addressEvery: Micros;
  readonly servicePolls: number;
  readonly serviceEvery: Micros;
}

export type Stage =
  | 'CREATE_VM'
  | 'ATTACH_ISO'
  | 'START_VM'
  | 'VERIFY_VM'
  | 'WAIT_FOR_PHASE'
  | 'VERIFY_SERVICE';

export type NodeCommand =
  | ({ readonly type: 'provision' } & NodeSpec)
  | { readonly type: 'vm-created' | 'vm-started' | 'verify' | 'poll' | 'deadline' | 'remove' }
  | {
      readonly type: 'iso';
      readonly roots: readonly string[];
      readonly from: readonly number[];
      readonly until: readonly number[];
      readonly facts: readonly number[];
    }
  /** Whether what the node waits for holds just now. */
  | { readonly type: 'observe'; readonly holds: boolean }
  | {
      readonly type: 'give-up';
      readonly why: string;
      readonly words: string;
      readonly facts: readonly number[];
    };

export type NodeEvent =
  | ({ readonly type: 'Requested' } & NodeSpec)
  /** `waitsFor` reads on in a sentence: "waiting for …". */
  | { readonly type: 'StageStarted'; readonly stage: Stage; readonly waitsFor: string }
  /** The cidata ISO, with the roots that the template on the controller held at that moment. */
  | {
      readonly type: 'IsoBuilt';
      readonly roots: readonly string[];
      readonly from: readonly number[];
      readonly until: readonly number[];
      readonly facts: readonly number[];
    }
  | { readonly type: 'Observed'; readonly holds: boolean }
  | {
      readonly type: 'DeadlineReached';
      readonly stage: Stage;
      readonly polls: number;
      readonly waitsFor: string;
    }
  | { readonly type: 'Provisioned' }
  | { readonly type: 'Ready' }
  /** The node is to go, with its VM. */
  | { readonly type: 'Removing' }
  | {
      readonly type: 'Failed';
      readonly stage: Stage;
      readonly waitsFor: string;
      readonly why: string;
      readonly words: string;
      readonly facts: readonly number[];
    };

export const nodeEvents: Shapes<NodeEvent> = {
  Requested: {
    cluster: 'text',
    role: 'text',
    ticket: 'text',
    flavor: 'text',
    image: 'text',
    datastore: 'text',
    network: 'text',
    address: 'int',
    port: 'int',
    ...scriptShape,
    addressPolls: 'int',
    addressEvery: 'int',
    servicePolls: 'int',
    serviceEvery: 'int',
  },
  StageStarted: { stage: 'text', waitsFor: 'text' },
  IsoBuilt: { roots: 'texts', from: 'ints', until: 'ints', facts: 'seqs' },
  Observed: { holds: 'bool' },
  DeadlineReached: { stage: 'text', polls: 'int', waitsFor: 'text' },
  Provisioned: {},
  Ready: {},
  Failed: { stage: 'text', waitsFor: 'text', why: 'text', words: 'text', facts: 'seqs' },
  Removing: {},
};
