import type { BitsPerSecond, Micros } from '../../base/units.ts';
import type { Stamp } from '../../kernel/model.ts';
import type { ProxyEvent } from './events.ts';

export interface ProxyServer {
  networks: readonly string[];
  bandwidth: BitsPerSecond;
  up: boolean;
  intercept: boolean;
  issuer: string;
  backdate: Micros;
  bypass: readonly string[];
  declaredSeq: number;
  inspectSeq: number;
}

export const emptyProxy = (): ProxyServer => ({
  networks: [],
  bandwidth: 0,
  up: false,
  intercept: false,
  issuer: '',
  backdate: 0,
  bypass: [],
  declaredSeq: -1,
  inspectSeq: -1,
});

export function evolve(proxy: ProxyServer, event: ProxyEvent, { seq }: Stamp): void {
  switch (event.type) {
    case 'Declared':
      proxy.networks = event.networks;
      proxy.bandwidth = event.bandwidth;
      proxy.up = event.up;
      proxy.declaredSeq = seq;
      return;
    case 'Inspecting':
      proxy.intercept = event.intercept;
      proxy.issuer = event.issuer;
      proxy.backdate = event.backdate;
      proxy.bypass = event.bypass;
      proxy.inspectSeq = seq;
      return;
    case 'Tunnelled':
    case 'Resigned':
    case 'Refused':
      return;
  }
}
