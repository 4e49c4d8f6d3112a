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
  user: '',
  userSeq: -1,
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

  const refused = (host: string, words: string, fact = 3): ProxyEvent => ({
    type: 'Refused',
    asker: 'zookeeper-1',
    host,
    why: 'registry.unreachable',
    words,
    facts: [fact],
  });
  const transparent: ProxyEvent = { type: 'Placed', mode: 'transparent' };

  test('that it does not open is refused at CONNECT while the origin does not answer, which rests on the origin', () => {
    const words = 'Service Unavailable';
    spec.given(declared, inspecting).when(connect('quay.io', false)).then(refused('quay.io', words));
    spec.given(declared).when(connect(HUB, false)).then(refused(HUB, words));
    // Nobody has that name: there is only the proxy to point at.
    spec
      .given(declared)
      .when(connect('no.example', false, -1))
      .then(refused('no.example', words, 0));
  });

  test('that it opens is there before the origin is, and its page comes inside (registry-and-tls.md section 5)', () => {
    const opened = spec.given(declared, inspecting).when(connect(HUB, false));
    expect(opened.events).toMatchObject([{ type: 'Resigned', issuer: 'corp-root', facts: [1] }]);
    const missed = (host: string, fact: number): ProxyEvent => ({
      ...{ type: 'Missed', asker: 'zookeeper-1', host, id: 4, status: 503 },
      ...{ why: 'registry.unreachable', words: '503 Service Unavailable', facts: [fact] },
    });
    const miss = { type: 'miss', asker: 'zookeeper-1', id: 4 } as const;
    opened.after.when({ ...miss, host: HUB, originSeq: 3 }).then(missed(HUB, 3));
    opened.after.when({ ...miss, host: 'no.example', originSeq: -1 }).then(missed('no.example', 0));
  });

  test('through mitmproxy waits for the origin, and so is refused at CONNECT too', () => {
    const mitmproxy = spec.given(declared, inspecting, { type: 'Forging', habit: 'mitmproxy' });
    mitmproxy.when(connect(HUB, false)).then(refused(HUB, 'Bad Gateway'));
  });

  test('past a box that nobody asked is hung up on, where an explicit proxy would refuse', () => {
    const box = spec
      .given(declared, inspecting)
      .when({ type: 'place', mode: 'transparent' })
      .then(transparent);
    box.when(connect('quay.io', false)).then(refused('quay.io', 'EOF'));
    expect(box.when(connect(HUB, false)).events).toMatchObject([{ type: 'Resigned' }]);
    expect(box.when(connect('quay.io')).events).toMatchObject([{ type: 'Tunnelled' }]);
  });

  describe('of a user', () => {
    const guarded: ProxyEvent = { type: 'Guarded', users: ['nodes', 'desks'] };
    const guard = { type: 'guard', users: ['nodes', 'desks'] } as const;
    const told = spec.given(declared, inspecting).when(guard).then(guarded);
    const unknown = (facts: readonly number[]): ProxyEvent => ({
      ...{ type: 'Refused', asker: 'zookeeper-1', host: HUB, why: 'proxy.authentication' },
      ...{ words: 'Proxy Authentication Required', facts },
    });

    test('that it knows is taken up', () => {
      const events = told.when({ ...connect(HUB), user: 'desks', userSeq: 1 } as ProxyCommand).events;
      expect(events).toMatchObject([{ type: 'Resigned' }]);
    });

    test('that it does not know, or who is not named, is asked who it is, whether the host is bypassed or answers', () => {
      told.when(connect(HUB)).then(unknown([2]));
      told.when({ ...connect(HUB), user: 'guests', userSeq: 1 } as ProxyCommand).then(unknown([2, 1]));
      told.when(connect('quay.io', false)).then({ ...unknown([2]), host: 'quay.io' } as ProxyEvent);
      const nobody = spec.given(declared, { type: 'Guarded', users: [] });
      expect(nobody.when(connect(HUB)).events).toMatchObject([{ why: 'proxy.authentication' }]);
    });

    test('is asked of nobody who does not know that there is a proxy', () => {
      const events = spec.given(declared, inspecting, guarded, transparent).when(connect(HUB)).events;
      expect(events).toMatchObject([{ type: 'Resigned' }]);
    });
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
    {
      ...{ declare: true, inspect: true, connect: true, trust: true, answer: true, forge: true },
      ...{ place: true, guard: true, miss: true },
    },
    { 'proxy.down': true, 'proxy.authentication': true, 'registry.unreachable': true },
  ));
