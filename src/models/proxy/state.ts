import type { BitsPerSecond, Micros } from '../../base/units.ts';
import type { Stamp } from '../../kernel/model.ts';
import type { Habit, Mode, ProxyEvent } from './events.ts';

export interface ProxyServer {
  networks: readonly string[];
  bandwidth: BitsPerSecond;
  up: boolean;
  intercept: boolean;
  issuer: string;
  backdate: Micros;
  bypass: readonly string[];
  habit: Habit;
  /** Roots that it trusts itself; none: it verifies no origin. */
  roots: readonly string[];
  /** Status of its page about an origin that it does not trust. */
  page: number;
  mode: Mode;
  /** Who may use it; undefined: everybody, without being asked. */
  users: readonly string[] | undefined;
  declaredSeq: number;
  inspectSeq: number;
  trustSeq: number;
  guardedSeq: number;
}

export const emptyProxy = (): ProxyServer => ({
  networks: [],
  bandwidth: 0,
  up: false,
  intercept: false,
  issuer: '',
  backdate: 0,
  bypass: [],
  habit: 'plain',
  roots: [],
  page: 503,
  mode: 'explicit',
  users: undefined,
  declaredSeq: -1,
  inspectSeq: -1,
  trustSeq: -1,
  guardedSeq: -1,
});

/** Whether sessions with a host are opened and signed again. */
export const inspects = ({ intercept, bypass }: Readonly<ProxyServer>, host: string): boolean =>
  intercept && !bypass.includes(host);

/**
 * Whether it takes a session up before it knows that the origin answers, so that what it has to say of it comes inside (section 5).
 * mitmproxy goes to the origin first. (mitmproxy:mitmproxy/proxy/layers/modes.py, http/__init__.py: `connection_strategy` eager)
 */
export const answersFirst = (proxy: Readonly<ProxyServer>, host: string): boolean =>
  inspects(proxy, host) && proxy.habit !== 'mitmproxy';

/** The status line of its answer to a CONNECT that it does not pass on. */
export const statusOf = (
  { habit }: Readonly<ProxyServer>,
  why: 'proxy.authentication' | 'registry.unreachable',
) =>
  why === 'proxy.authentication'
    ? '407 Proxy Authentication Required'
    : habit === 'mitmproxy'
      ? '502 Bad Gateway'
      : '503 Service Unavailable';

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
    case 'Forging':
      proxy.habit = event.habit;
      return;
    case 'Trusting':
      proxy.roots = event.roots;
      proxy.page = event.status;
      proxy.trustSeq = seq;
      return;
    case 'Placed':
      proxy.mode = event.mode;
      return;
    case 'Guarded':
      proxy.users = event.users;
      proxy.guardedSeq = seq;
      return;
    case 'Answered':
    case 'Missed':
    case 'Tunnelled':
    case 'Resigned':
    case 'Refused':
      return;
  }
}
