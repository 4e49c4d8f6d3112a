/** Shared links and the transfers that share them under max-min fairness. Only starts, ends and capacity changes are events. */
import type { BitsPerSecond, Bytes } from '../../base/units.ts';
import type { Shapes } from '../../base/wire.ts';
import type { Upcast } from '../../kernel/model.ts';

export type FabricCommand =
  | { readonly type: 'link'; readonly link: string; readonly rate: BitsPerSecond }
  /** `owner` and `tag` together name a transfer; `owner` is told of its end. `cap` is the most it can take; 0 is without a bound. */
  | {
      readonly type: 'start';
      readonly owner: string;
      readonly tag: string;
      readonly path: readonly string[];
      readonly size: Bytes;
      readonly cap: BitsPerSecond;
    }
  | { readonly type: 'cancel'; readonly owner: string }
  | { readonly type: 'advance' };

export type FabricEvent =
  | { readonly type: 'LinkSet'; readonly link: string; readonly rate: BitsPerSecond }
  | {
      readonly type: 'Started';
      readonly owner: string;
      readonly tag: string;
      readonly path: readonly string[];
      readonly size: Bytes;
      readonly cap: BitsPerSecond;
    }
  | { readonly type: 'Ended'; readonly owner: string; readonly tag: string }
  | { readonly type: 'Cancelled'; readonly owner: string; readonly tag: string };

export const fabricEvents: Shapes<FabricEvent> = {
  LinkSet: { link: 'text', rate: 'int' },
  Started: { owner: 'text', tag: 'text', path: 'texts', size: 'int', cap: 'int' },
  Ended: { owner: 'text', tag: 'text' },
  Cancelled: { owner: 'text', tag: 'text' },
};

/** Version 1 of a start knew no caps. */
const uncapped: Upcast = (event) => ({ ...event, cap: 0 });

export const fabricVersions = { Started: 2 } as const;
export const fabricUpcasts = { Started: [uncapped] } as const;
