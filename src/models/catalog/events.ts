/** What the controller keeps: flavors, VM images, and the node template that every provision reads from disk. */
import type { Bytes, Micros } from '../../base/units.ts';
import type { Shapes } from '../../base/wire.ts';
import type { Upcast } from '../../kernel/model.ts';

/** A root certificate in the template. Validity counts from the start of the run. */
export interface TemplateRoot {
  readonly name: string;
  readonly from: Micros;
  readonly until: Micros;
}

/**
 * How machines of an image pull: the program, registries that have a folder of roots, registries that it does not verify, the mirror
 * that it asks before Docker Hub.
 */
export interface Engine {
  readonly image: string;
  readonly client: 'docker-1.11' | 'engine' | 'engine-24' | 'containerd' | 'skopeo';
  readonly ownRoots: readonly string[];
  readonly insecure: readonly string[];
  readonly mirror: string;
}

/** Who machines of an image say they are to a proxy. */
interface ProxyUser {
  readonly image: string;
  readonly user: string;
}

/** How long after it has an address a machine of an image sets its clock right. */
interface TimeSync {
  readonly image: string;
  readonly after: Micros;
}

export type CatalogCommand =
  | { readonly type: 'flavor'; readonly flavor: string; readonly cpu: number; readonly memory: Bytes }
  | {
      readonly type: 'image';
      readonly image: string;
      readonly size: Bytes;
      readonly preloaded: readonly string[];
    }
  | ({ readonly type: 'engine' } & Engine)
  | ({ readonly type: 'proxy-user' } & ProxyUser)
  | ({ readonly type: 'time-sync' } & TimeSync)
  | { readonly type: 'template'; readonly roots: readonly TemplateRoot[] };

export type CatalogEvent =
  | { readonly type: 'FlavorSet'; readonly flavor: string; readonly cpu: number; readonly memory: Bytes }
  | {
      readonly type: 'ImageSet';
      readonly image: string;
      readonly size: Bytes;
      readonly preloaded: readonly string[];
    }
  | {
      readonly type: 'TemplateEdited';
      readonly roots: readonly string[];
      readonly from: readonly number[];
      readonly until: readonly number[];
    }
  | ({ readonly type: 'EngineSet' } & Engine)
  | ({ readonly type: 'ProxyUserSet' } & ProxyUser)
  | ({ readonly type: 'TimeSyncSet' } & TimeSync);

export const catalogEvents: Shapes<CatalogEvent> = {
  FlavorSet: { flavor: 'text', cpu: 'int', memory: 'int' },
  ImageSet: { image: 'text', size: 'int', preloaded: 'texts' },
  TemplateEdited: { roots: 'texts', from: 'ints', until: 'ints' },
  EngineSet: { image: 'text', client: 'text', insecure: 'texts', mirror: 'text', ownRoots: 'texts' },
  ProxyUserSet: { image: 'text', user: 'text' },
  TimeSyncSet: { image: 'text', after: 'int' },
};

/** Version 1 knew no folders of roots. */
const withoutFolders: Upcast = (old) => ({ ...old, ownRoots: [] });
export const catalogVersions = { EngineSet: 2 };
export const catalogUpcasts = { EngineSet: [withoutFolders] };
