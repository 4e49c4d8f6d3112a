import type { Stamp } from '../../kernel/model.ts';
import type { RelayEvent, RelaySettings } from './events.ts';

export interface Relay extends RelaySettings {
  enabled: boolean;
  nearAddress: number;
  /** How many answers of each kind went through or were lost. */
  seen: Map<string, number>;
  setSeq: number;
}

export const emptyRelay = (): Relay => ({
  near: '',
  far: '',
  nearAddress: 0,
  farAddress: 0,
  servers: [],
  option82: false,
  delayToServer: 0,
  delayToClient: 0,
  losses: [],
  enabled: false,
  seen: new Map(),
  setSeq: -1,
});

export function evolve(relay: Relay, event: RelayEvent, { seq }: Stamp): void {
  switch (event.type) {
    case 'Declared': {
      const { type: _, ...settings } = event;
      Object.assign(relay, settings);
      relay.setSeq = seq;
      return;
    }
    case 'Started':
    case 'Stopped':
      relay.enabled = event.type === 'Started';
      relay.setSeq = seq;
      return;
    case 'Renumbered':
      relay.nearAddress = event.nearAddress;
      return;
    case 'ReplyHeld':
    case 'Lost':
      relay.seen.set(event.kind, (relay.seen.get(event.kind) ?? 0) + 1);
      return;
    case 'Delivered':
      // What was held was counted when it came.
      if (relay.delayToClient === 0 || event.routed)
        relay.seen.set(event.kind, (relay.seen.get(event.kind) ?? 0) + 1);
      return;
    case 'Relayed':
    case 'RequestHeld':
      return;
  }
}
