import { describe, expect, test } from 'vitest';
import { HOUR, MILLISECOND } from '../../src/base/units.ts';
import { registry } from '../../src/models/registry/decide.ts';
import type { RegistryCommand, RegistryEvent, Request } from '../../src/models/registry/events.ts';
import { specify } from '../support/spec.ts';

const spec = specify(registry, 'registry/quay.io');

const site = { issuer: 'public', from: -5, until: 5, rtt: 20 * MILLISECOND, bandwidth: 1e9, up: true };
const declared: RegistryEvent = { type: 'Declared', ...site };
const layers = { digests: ['sha256:a', 'sha256:b'], sizes: [10, 20], list: false };
const published: RegistryEvent = { type: 'Published', image: 'quay.io/coreos/etcd:v2.0.8', ...layers };

test('a registry is declared and holds what is published', () => {
  const state = spec
    .when({ type: 'declare', ...site })
    .then(declared)
    .when({ type: 'publish', image: 'quay.io/coreos/etcd:v2.0.8', ...layers })
    .then(published)
    .state();
  expect(state).toMatchObject({ ...site, declaredSeq: 0 });
});

test('a registry says what else its certificate says', () => {
  const showing = { names: ['*.quay.io'], sends: ['issuing'] };
  const state = spec
    .given(declared)
    .when({ type: 'certify', ...showing })
    .then({ type: 'Certified', ...showing })
    .state();
  expect(state).toMatchObject(showing);
});

const asked = { image: 'quay.io/coreos/etcd:v2.0.8', asker: 'etcd-1', id: 7, method: 'GET' } as const;
const request = (path: string, more: Partial<Request> = {}): RegistryCommand => ({
  ...{ type: 'request', ...asked, path, blob: '', from: 0, authorized: true, size: 0 },
  ...{ source: 'etcd-1', sourceSeq: 9, ...more },
});
const answered = (path: string, status: number, more: object = {}): RegistryEvent => ({
  ...{ type: 'Answered', ...asked, path, blob: '', from: 0, status, to: '', bytes: 0, words: '' },
  ...{ facts: [], disturbance: -1, ...more },
});
const parts = {
  token: 'auth.quay.io',
  blobs: 'cdn.quay.io',
  tls: 13,
  perTransfer: 0,
  reach: 'ok',
  near: false,
} as const;
const arranged: RegistryEvent = { type: 'Arranged', ...parts };

test('a manifest names the layers, base layer first', () => {
  spec
    .given(declared, published)
    .when(request('manifest-tag'))
    .then({ type: 'Served', ...asked, path: 'manifest-tag', ...layers });
});

test('an image published again has its new layers', () => {
  const again: RegistryEvent = { ...published, digests: ['sha256:c'], sizes: [1] } as RegistryEvent;
  expect(spec.given(declared, published, again).when(request('manifest-digest')).events[0]).toMatchObject({
    digests: ['sha256:c'],
  });
});

test('an image that is not there is refused in its own words, which rest on the declaration', () => {
  const words = 'manifest unknown: manifest unknown';
  const missing = { ...asked, image: 'quay.io/x:1', path: 'manifest-tag', why: 'image.not-found' as const };
  spec
    .given(declared)
    .when(request('manifest-tag', { image: 'quay.io/x:1' }))
    .then({ type: 'Missing', ...missing, words, facts: [0] });
});

describe('a registry of several hosts (registry-and-tls.md 8.1)', () => {
  const whole = spec
    .given(declared, published)
    .when({ type: 'arrange', ...parts })
    .then(arranged);

  test('challenges who has no token', () => {
    for (const path of ['ping', 'manifest-tag', 'blob'])
      whole.when(request(path, { authorized: false })).then(answered(path, 401, { to: 'auth.quay.io' }));
  });

  test('redirects to its blob store, which asks for no token', () => {
    whole
      .when(request('blob', { blob: 'sha256:a', size: 10 }))
      .then(answered('blob', 307, { blob: 'sha256:a', to: 'cdn.quay.io' }));
    spec
      .given(declared)
      .when(request('data', { blob: 'sha256:a', from: 4, size: 10, authorized: false }))
      .then(answered('data', 206, { blob: 'sha256:a', from: 4, bytes: 6 }));
  });

  test('gives tokens, and answers no old ping', () => {
    spec.given(declared).when(request('token')).then(answered('token', 200));
    spec.given(declared).when(request('other')).then(answered('other', 404));
  });
});

describe('what goes wrong', () => {
  const wrong = { path: 'data', least: 5, most: 50, status: 0, cut: 4, times: 1 } as const;
  const asks = request('data', { blob: 'sha256:a', size: 10 });

  test('befalls bodies of a length so many times', () => {
    const cut = answered('data', 200, { blob: 'sha256:a', bytes: 4, facts: [1], disturbance: 0 });
    const disturbed = spec.given(declared).when({ type: 'disturb', ...wrong });
    const once = disturbed
      .then({ type: 'Disturbed', ...wrong })
      .when(asks)
      .then(cut);
    once.when(asks).then(answered('data', 200, { blob: 'sha256:a', bytes: 10 }));
    disturbed.after.when(request('data', { size: 4 })).then(answered('data', 200, { bytes: 4 }));
  });

  test('is another status for requests of a kind, in the words of Docker Hub where it counts pulls (8.3)', () => {
    const limited: RegistryEvent = { type: 'Disturbed', ...wrong, path: 'manifest', least: 0, status: 429 };
    const [event] = spec.given(declared, limited).when(request('manifest-tag')).events;
    expect(event).toMatchObject({ status: 429, facts: [1] });
    expect((event as { words: string }).words).toMatch(/^toomanyrequests: You have reached/);
    spec.given(declared, limited).when(request('ping')).then(answered('ping', 200));
  });
});

describe('a limit on pulls (registry-and-tls.md 8.3)', () => {
  const PER = 6 * HOUR;
  const limited = spec
    .given(declared, published)
    .when({ type: 'limit', pulls: 2, per: PER })
    .then({ type: 'Limited', pulls: 2, per: PER });
  const gets = request('manifest-tag', { source: 'edge' });
  const served: RegistryEvent = { type: 'Served', ...asked, path: 'manifest-tag', ...layers };
  const counted = (first: boolean): RegistryEvent => ({
    ...{ type: 'Counted', source: 'edge', first, facts: [2, 9] },
  });
  const spent = limited
    .at(HOUR)
    .when(gets)
    .then(counted(true), served)
    .at(2 * HOUR)
    .when(gets)
    .then(counted(false), served);

  test('turns an address away that had its pulls, in the words of Docker Hub', () => {
    const [event, ...rest] = spent.when(gets).events;
    const away = { ...asked, path: 'manifest-tag', source: 'edge', why: 'registry.rate-limited' };
    expect(rest).toEqual([]);
    expect(event).toMatchObject({ type: 'TurnedAway', ...away, facts: [2, 9, 3] });
    expect((event as { words: string }).words).toMatch(/^toomanyrequests: You have reached your pull rate/);
  });

  test('counts each address by itself', () => {
    const [event] = spent.when(request('manifest-tag', { source: 'etcd-1' })).events;
    expect(event).toMatchObject({ type: 'Counted', source: 'etcd-1', first: true });
  });

  test('begins anew when the window of the first pull is over, not before', () => {
    const [early] = spent.at(HOUR + PER - 1).when(gets).events;
    expect(early).toMatchObject({ type: 'TurnedAway' });
    spent
      .at(HOUR + PER)
      .when(gets)
      .then(counted(true), served);
  });

  test('counts an image that is not there, but neither heads nor what is no manifest', () => {
    expect(limited.when(request('manifest-tag', { image: 'quay.io/x:1' })).events).toMatchObject([
      { type: 'Counted' },
      { type: 'Missing' },
    ]);
    const [head, ...rest] = spent.when({ ...gets, method: 'HEAD' } as RegistryCommand).events;
    expect(head).toMatchObject({ type: 'Served', method: 'HEAD' });
    expect(rest).toEqual([]);
    spent.when(request('ping', { source: 'edge' })).then(answered('ping', 200));
  });
});

describe('a pull-through cache (registry-and-tls.md 8.3)', () => {
  const cache = spec
    .given(declared)
    .when({ type: 'place', inside: true, origin: 'docker.io' })
    .then({ type: 'Placed', inside: true, origin: 'docker.io' });
  const tag = { ...asked, path: 'manifest-tag' };
  const other = { ...tag, asker: 'etcd-2', id: 3 };
  const waiting = cache
    .when(request('manifest-tag'))
    .then({ type: 'Fetching', ...tag, first: true })
    .when(request('manifest-tag', other))
    .then({ type: 'Fetching', ...other, first: false });
  const image = asked.image;

  test('fetches a manifest once for all who ask, and keeps it', () => {
    const origin = { image, ...layers, status: 200, words: '', facts: [] };
    waiting
      .when({ type: 'filled', ...origin })
      .then(
        { type: 'Filled', ...origin },
        { type: 'Served', ...tag, ...layers },
        { type: 'Served', ...other, ...layers },
      )
      .when(request('manifest-tag', other))
      .then({ type: 'Served', ...other, ...layers });
  });

  test('passes on what its origin refuses, and asks again the next time', () => {
    const refused = { image, digests: [], sizes: [], list: false, status: 429, words: 'toomany', facts: [1] };
    const answer = answered('manifest-tag', 429, { words: 'toomany', facts: [1] });
    waiting
      .when({ type: 'filled', ...refused })
      .then({ type: 'Filled', ...refused }, answer, { ...answer, ...other } as RegistryEvent)
      .when(request('manifest-tag'))
      .then({ type: 'Fetching', ...tag, first: true });
  });

  test('keeps each layer for whoever asks after the first', () => {
    const blob = { blob: 'sha256:a', size: 10 };
    const sent = answered('blob', 200, { blob: 'sha256:a', bytes: 10 });
    cache
      .when(request('blob', blob))
      .then({ type: 'Kept', digest: 'sha256:a', asker: 'etcd-1' }, sent)
      .when(request('blob', { ...blob, asker: 'etcd-2' }))
      .then({ ...sent, asker: 'etcd-2' } as RegistryEvent);
  });
});

test('every command, event and refusal is specified above', () =>
  spec.shown(
    {
      declare: true,
      certify: true,
      publish: true,
      arrange: true,
      disturb: true,
      request: true,
      limit: true,
      place: true,
      filled: true,
    },
    { 'image.not-found': true, 'registry.rate-limited': true },
  ));
