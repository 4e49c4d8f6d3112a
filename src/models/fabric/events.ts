/** Shared links and the transfers that share them under max-min fairness. Only starts, ends and capacity changes are events. */
import type { BitsPerSecond, Bytes } from '../../base/units.ts';
import type { Shapes } from '../../base/wire.ts';

export type FabricCommand =
  | { readonly type: 'link'; readonly link: string; readonly rate: BitsPerSecond }
  /** `owner` and `tag` together name a transfer; `owner` is told of its end. */
  | {
      readonly type: 'start';
      readonly owner: string;
      readonly tag: string;
      readonly path: readonly string[];
      readonly size: Bytes;
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
    }
  | { readonly type: 'Ended'; readonly owner: string; readonly tag: string }
  | { readonly type: 'Cancelled'; readonly owner: string; readonly tag: string };

export const fabricEvents: Shapes<FabricEvent> = {
  LinkSet: { link: 'text', rate: 'int' },
  Started: { owner: 'text', tag: 'text', path: 'texts', size: 'int' },
  Ended: { owner: 'text', tag: 'text' },
  Cancelled: { owner: 'text', tag: 'text' },
};
