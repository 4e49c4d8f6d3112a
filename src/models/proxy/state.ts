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
  /** Roots that it trusts itself; none: it verifies no origin. */
  roots: readonly string[];
  /** Status of its page about an origin that it does not trust. */
  page: number;
  declaredSeq: number;
  inspectSeq: number;
  trustSeq: number;
}

export const emptyProxy = (): ProxyServer => ({
  networks: [],
  bandwidth: 0,
  up: false,
  intercept: false,
  issuer: '',
  backdate: 0,
  bypass: [],
  roots: [],
  page: 503,
  declaredSeq: -1,
  inspectSeq: -1,
  trustSeq: -1,
});

/** Whether sessions with a host are opened and signed again. */
export const inspects = ({ intercept, bypass }: Readonly<ProxyServer>, host: string): boolean =>
  intercept && !bypass.includes(host);

/** Whether a proxy that re-signs the sessions with a host distrusts the host itself (facts/registry-and-tls.md section 5). */
export const distrusts = (proxy: Readonly<ProxyServer>, host: string, issuer: string): boolean =>
  inspects(proxy, host) && proxy.roots.length > 0 && !proxy.roots.includes(issuer);

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
    case 'Trusting':
      proxy.roots = event.roots;
      proxy.page = event.status;
      proxy.trustSeq = seq;
      return;
    case 'Answered':
    case 'Tunnelled':
    case 'Resigned':
    case 'Refused':
      return;
  }
}
