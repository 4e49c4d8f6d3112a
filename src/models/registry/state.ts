import type { BitsPerSecond, Bytes, Micros } from '../../base/units.ts';
import type { Stamp } from '../../kernel/model.ts';
import type { RegistryEvent } from './events.ts';

export interface Registry {
  issuer: string;
  from: Micros;
  until: Micros;
  rtt: Micros;
  bandwidth: BitsPerSecond;
  up: boolean;
  declaredSeq: number;
  images: Map<string, { digests: readonly string[]; sizes: readonly Bytes[] }>;
}

export const emptyRegistry = (): Registry => ({
  issuer: '',
  from: 0,
  until: 0,
  rtt: 0,
  bandwidth: 0,
  up: false,
  declaredSeq: -1,
  images: new Map(),
});

export function evolve(registry: Registry, event: RegistryEvent, { seq }: Stamp): void {
  switch (event.type) {
    case 'Declared':
      registry.issuer = event.issuer;
      registry.from = event.from;
      registry.until = event.until;
      registry.rtt = event.rtt;
      registry.bandwidth = event.bandwidth;
      registry.up = event.up;
      registry.declaredSeq = seq;
      return;
    case 'Published':
      registry.images.set(event.image, { digests: event.digests, sizes: event.sizes });
      return;
    case 'Served':
    case 'Missing':
      return;
  }
}
