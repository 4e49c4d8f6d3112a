import { describe, expect, test } from 'vitest';
import { DAY, HOUR } from '../../src/base/units.ts';
import { proxy } from '../../src/models/proxy/decide.ts';
import type { Habit, ProxyCommand, ProxyEvent } from '../../src/models/proxy/events.ts';
import { inspects } from '../../src/models/proxy/state.ts';
import { specify } from '../support/spec.ts';

const spec = specify(proxy, 'proxy/corp');

const HUB = 'registry-1.docker.io';
const declared: ProxyEvent = { type: 'Declared', networks: ['lan'], bandwidth: 100e6, up: true };
const inspecting: ProxyEvent = {
  type: 'Inspecting',
  intercept: true,
  issuer: 'corp-root',
  backdate: 2 * DAY,
  bypass: ['quay.io'],
};
const connect = (host: string, reachable = true, originSeq = 3): ProxyCommand => ({
  type: 'connect',
  asker: 'zookeeper-1',
  host,
  issuer: 'public',
  from: 5,
  until: 6,
  reachable,
  originSeq,
});

test('a proxy is declared and told to inspect', () => {
  const state = spec
    .when({ type: 'declare', networks: ['lan'], bandwidth: 100e6, up: true })
    .then(declared)
    .when({ type: 'inspect', intercept: true, issuer: 'corp-root', backdate: 2 * DAY, bypass: ['quay.io'] })
    .then(inspecting)
    .state();
  expect(state).toMatchObject({ networks: ['lan'], declaredSeq: 0, inspectSeq: 1 });
});

describe('a session through it', () => {
  test('is signed anew with dates of its own, which rests on the order to inspect (registry-and-tls.md section 5)', () => {
    spec
      .given(declared, inspecting)
      .at(HOUR)
      .when(connect(HUB))
      .then({
        type: 'Resigned',
        asker: 'zookeeper-1',
        host: HUB,
        issuer: 'corp-root',
        from: HOUR - 2 * DAY,
        until: HOUR + 365 * DAY,
        facts: [1],
      });
  });

  const tunnelled = (host: string): ProxyEvent => ({
    type: 'Tunnelled',
    asker: 'zookeeper-1',
    host,
    issuer: 'public',
    from: 5,
    until: 6,
    facts: [3],
  });

  test('to a bypassed host passes untouched, which rests on the origin', () => {
    spec.given(declared, inspecting).when(connect('quay.io')).then(tunnelled('quay.io'));
  });

  test('passes untouched when the proxy does not inspect', () => {
    spec.given(declared).when(connect(HUB)).then(tunnelled(HUB));
    spec
      .given(declared, inspecting, { ...inspecting, intercept: false })
      .when(connect(HUB))
      .then(tunnelled(HUB));
  });

  test('is refused when the proxy is down, bypassed or not, which rests on the declaration', () => {
    const down = spec.given({ ...declared, up: false }, inspecting);
    for (const host of [HUB, 'quay.io'])
      down.when(connect(host)).then({
        type: 'Refused',
        asker: 'zookeeper-1',
        host,
        why: 'proxy.down',
        words: 'proxyconnect tcp: connection refused',
        facts: [0],
      });
    // A proxy that is down does not get as far as the origin.
    expect(down.when(connect(HUB, false)).events).toMatchObject([{ why: 'proxy.down' }]);
  });

  test('to an origin that does not answer is a page of the proxy, which rests on the origin', () => {
    const refused = (host: string, fact: number): ProxyEvent => ({
      type: 'Refused',
      asker: 'zookeeper-1',
      host,
      why: 'registry.unreachable',
      words: 'received unexpected HTTP status: 503 Service Unavailable',
      facts: [fact],
    });
    for (const host of [HUB, 'quay.io'])
      spec.given(declared, inspecting).when(connect(host, false)).then(refused(host, 3));
    spec.given(declared).when(connect(HUB, false)).then(refused(HUB, 3));
    // Nobody has that name: there is only the proxy to point at.
    spec
      .given(declared, inspecting)
      .when(connect('nowhere.example', false, -1))
      .then(refused('nowhere.example', 0));
  });
});

test('an origin that it does not trust itself is a page of its own, which rests on what it trusts (registry-and-tls.md section 5)', () => {
  const trusting: ProxyEvent = { type: 'Trusting', roots: ['public'], status: 502 };
  const told = spec.given(declared, inspecting).when({ type: 'trust', roots: ['public'], status: 502 });
  const after = told
    .then(trusting)
    .when({ type: 'answer', asker: 'zookeeper-1', host: HUB, id: 4 })
    .then({ type: 'Answered', asker: 'zookeeper-1', host: HUB, id: 4, status: 502, facts: [2] });
  expect(after.state()).toMatchObject({ roots: ['public'], page: 502, trustSeq: 2 });
  expect([inspects(after.state(), HUB), inspects(after.state(), 'quay.io')]).toEqual([true, false]);
});

describe('a product forges leaves in its own way (registry-and-tls.md section 5)', () => {
  const forging = (habit: Habit): ProxyEvent => ({ type: 'Forging', habit });
  const dates = (habit: Habit) => {
    const told = spec.given(declared, inspecting).when({ type: 'forge', habit }).then(forging(habit));
    const [event] = told.at(10 * DAY).when(connect(HUB, true)).events;
    return event?.type === 'Resigned' ? [event.from, event.until] : undefined;
  };

  test('Squid copies the dates of the origin', () => {
    expect(dates('squid')).toEqual([5, 6]);
  });

  test('mitmproxy begins two days ago', () => {
    expect(dates('mitmproxy')).toEqual([8 * DAY, 375 * DAY]);
  });
});

test('every command, event and refusal is specified above', () =>
  spec.shown(
    { declare: true, inspect: true, connect: true, trust: true, answer: true, forge: true },
    { 'proxy.down': true, 'registry.unreachable': true },
  ));
