/** Image registries on the internet: their certificate, their images, their layers. */
import type { BitsPerSecond, Bytes, Micros } from '../../base/units.ts';
import type { Shapes } from '../../base/wire.ts';

export type RegistryCommand =
  | {
      readonly type: 'declare';
      readonly issuer: string;
      readonly from: Micros;
      readonly until: Micros;
      readonly rtt: Micros;
      readonly bandwidth: BitsPerSecond;
      readonly up: boolean;
    }
  | {
      readonly type: 'publish';
      readonly image: string;
      readonly digests: readonly string[];
      readonly sizes: readonly Bytes[];
    }
  | { readonly type: 'manifest'; readonly image: string; readonly asker: string };

export type RegistryEvent =
  | {
      readonly type: 'Declared';
      readonly issuer: string;
      readonly from: Micros;
      readonly until: Micros;
      readonly rtt: Micros;
      readonly bandwidth: BitsPerSecond;
      readonly up: boolean;
    }
  | {
      readonly type: 'Published';
      readonly image: string;
      readonly digests: readonly string[];
      readonly sizes: readonly Bytes[];
    }
  | {
      readonly type: 'Served';
      readonly image: string;
      readonly asker: string;
      readonly digests: readonly string[];
      readonly sizes: readonly Bytes[];
    }
  | {
      readonly type: 'Missing';
      readonly image: string;
      readonly asker: string;
      readonly why: 'image.not-found';
      readonly words: string;
      readonly facts: readonly number[];
    };

export const registryEvents: Shapes<RegistryEvent> = {
  Declared: { issuer: 'text', from: 'int', until: 'int', rtt: 'int', bandwidth: 'int', up: 'bool' },
  Published: { image: 'text', digests: 'texts', sizes: 'ints' },
  Served: { image: 'text', asker: 'text', digests: 'texts', sizes: 'ints' },
  Missing: { image: 'text', asker: 'text', why: 'text', words: 'text', facts: 'seqs' },
};
