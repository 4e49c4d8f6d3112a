/** Requests of a pull, in the order of each client, and what comes of failures (facts/registry-and-tls.md section 8). */
import { describe, expect, test } from 'vitest';
import { SECOND } from '../../src/base/units.ts';
import type { DockerCommand } from '../../src/models/docker/events.ts';
import type { Client } from '../../src/models/docker/profile.ts';
import {
  AUTH,
  answer,
  asks,
  fetching,
  HUB,
  IMAGE,
  layers,
  MB,
  opened,
  play,
  pulling,
  STORE,
  spec,
} from '../support/pulling.ts';
import { itself } from '../support/spec.ts';

describe('requests before the blobs', () => {
  const token = `GET token of ${AUTH}`;
  const list = { list: true };
  test.each([
    [
      'engine',
      [401, 200, 200, 200, 200],
      [token, `HEAD manifest-tag of ${HUB}`, ...Array(2).fill(`GET manifest-digest of ${HUB}`)],
    ],
    ['skopeo', [401, 200, 200, 200], [token, `GET manifest-tag of ${HUB}`, `GET manifest-digest of ${HUB}`]],
    [
      'containerd',
      [401, 200, 200, 401, 200, 200, 200],
      [
        ...[token, `HEAD manifest-tag of ${HUB} kept`, `GET manifest-digest of ${HUB}`, token],
        ...[`GET manifest-digest of ${HUB}`, `GET manifest-digest of ${HUB} kept`],
      ],
    ],
  ] as const)('of %s, for an image with a list of platforms', (client, statuses, expected) => {
    const answers = statuses.map((status, i) =>
      answer(i + 1, status, status === 401 ? { to: AUTH } : i === statuses.length - 1 ? layers([]) : list),
    );
    const { asked } = play(pulling(client), ...answers);
    expect(asked.filter((request) => !request.includes('blob'))).toEqual(expected);
  });

  test('a registry that challenges nobody is asked for no token', () => {
    expect(play(pulling('engine'), answer(1, 200)).asked).toEqual([`HEAD manifest-tag of ${HUB}`]);
  });

  test('an image that is there is asked for by its tag alone', () => {
    const has = pulling('engine')
      .given({ type: 'Pulled', image: IMAGE })
      .when({ type: 'pull', image: IMAGE });
    const { scene } = play(has.after, answer(2, 200));
    expect(scene.when(answer(3, 200)).events).toEqual([]);
  });

  test('a HEAD that is refused is asked again as GET, which has words; then the pull is over', () => {
    const words = 'manifest unknown: manifest unknown';
    const { scene, asked } = play(pulling('engine'), answer(1, 200), answer(2, 404));
    expect(asked.at(-1)).toBe(`GET manifest-tag of ${HUB}`);
    const { scene: open } = play(scene);
    expect(play(open, answer(3, 404, { words })).scene.state().pull).toBeUndefined();
  });

  test('a failed ping of skopeo is followed by one of the old protocol, whose failure is not told', () => {
    const off = (words: string): DockerCommand => ({
      ...{ type: 'cut-off', host: HUB, why: 'tls.untrusted-issuer', words, facts: [1] },
    });
    const first = pulling('skopeo').when(off('x509: bad'));
    expect(first.events.map(({ type }) => type)).toEqual(['Answered', 'SetBack', 'Requested']);
    const last = first.after.when(off('x509: another')).events.at(-1);
    expect(last).toMatchObject({
      type: 'PullFailed',
      words: `initializing source docker://${IMAGE}: pinging container registry ${HUB}: Get "https://${HUB}/v2/": x509: bad`,
    });
  });
});

describe('layers', () => {
  const blob = (digest: string) => `GET blob of ${HUB} ${digest}`;

  test('are fetched three at once by the engine, beside the configuration; the next when one is there', () => {
    const { asked } = play(opened('engine'), answer(4, 200, layers(['a', 'b', 'c', 'd'])));
    expect(asked).toEqual(['config', 'a', 'b', 'c'].map(blob));
    const { scene, asked: more } = play(
      fetching(['a', 'b', 'c', 'd']),
      ...[6, 7, 8].map((id) => answer(id, 307, { to: STORE })),
      answer(9, 200, { bytes: 2 * MB }),
      { type: 'layer', digest: 'a' },
    );
    expect(more).toEqual([...['a', 'b', 'c'].map((digest) => `GET data of ${STORE} ${digest}`), blob('d')]);
    expect(scene.state().pull?.active).toEqual(['b', 'c', 'd']);
  });

  test('are fetched one after the other by skopeo, the configuration last', () => {
    const { scene, asked } = play(
      pulling('skopeo'),
      ...[answer(1, 200), answer(2, 200, layers(['a', 'b'])), answer(3, 200, { bytes: 2 * MB })],
      ...[{ type: 'layer', digest: 'a' } as const, answer(4, 200, { bytes: 2 * MB })],
      ...[{ type: 'layer', digest: 'b' } as const],
    );
    expect(asked.slice(1)).toEqual(['a', 'b', 'config'].map(blob));
    expect(play(scene, answer(5, 200)).scene.state().images.has(IMAGE)).toBe(true);
  });

  test('are fetched all at once by containerd, and unpacked when all are there', () => {
    const { scene, asked } = play(
      pulling('containerd'),
      ...[answer(1, 200), answer(2, 200, layers(['a', 'b', 'c', 'd', 'e']))],
    );
    expect(asked.slice(1)).toHaveLength(6);
    expect(scene.state().pull?.active).toHaveLength(5);
  });

  test('that are there are not fetched, and one that is named twice is fetched once', () => {
    const has = opened('engine').given({ type: 'LayerDone', image: IMAGE, digest: 'base' });
    const { asked } = play(has, answer(4, 200, layers(['base', 'a', 'a'])));
    expect(asked).toEqual(['config', 'a'].map(blob));
  });

  test('are unpacked in order while later ones still come', () => {
    const body = (id: number) => answer(id, 200, { bytes: 2 * MB });
    const { scene } = play(fetching(['a', 'b']), answer(5, 200), body(6), body(7));
    const second = scene.when({ type: 'layer', digest: 'b' }).types('LayerDone');
    const takes = 85_000 + Math.round((2 * MB * 3.3 * SECOND) / 130e6);
    second
      .when({ type: 'layer', digest: 'a' })
      .then(
        { type: 'LayerDone', image: IMAGE, digest: 'a' },
        { type: 'Unpacking', image: IMAGE, digest: 'a', takes },
      )
      .asks(itself(takes, { type: 'unpacked', image: IMAGE, digest: 'a' }, 'unpack'))
      .when({ type: 'unpacked', image: IMAGE, digest: 'a' })
      .types('Unpacked', 'Unpacking')
      .when({ type: 'unpacked', image: IMAGE, digest: 'b' })
      .types('Unpacked', 'Pulled');
  });
});

describe('a layer that was cut off', () => {
  const cut = (client: Client) => {
    const { scene } = play(fetching(['a'], client), answer(6, 200, { bytes: MB }));
    return scene.when({ type: 'layer', digest: 'a' });
  };

  test('is gone on with after 5 s, from the byte where it stopped', () => {
    const resting = cut('engine')
      .then({
        type: 'Retrying',
        image: IMAGE,
        digest: 'a',
        attempt: 1,
        wait: 5 * SECOND,
        words: 'unexpected EOF',
      })
      .asks(itself(5 * SECOND, { type: 'retry', image: IMAGE, digest: 'a' }, 'retry a'));
    const again = resting.when({ type: 'retry', image: IMAGE, digest: 'a' });
    expect(asks(again.events)).toEqual([`GET blob of ${HUB} a from ${MB}`]);
    again.after.when({ type: 'retry', image: IMAGE, digest: 'a' }).then();
  });

  test.each([
    ['engine', [5, 10, 15, 20, 25]],
    ['engine-24', [5, 10, 15, 20]],
  ] as const)('is given up by %s after waits of %j seconds', (client, waits) => {
    const lost = (id: number) => [answer(id, 200), { type: 'layer', digest: 'a' } as const];
    const retries = waits.flatMap((_, i) => [
      ...lost(6 + i),
      { type: 'retry', image: IMAGE, digest: 'a' } as const,
    ]);
    const { scene } = play(fetching(['a'], client), answer(5, 200), ...retries);
    const { last } = play(scene, ...lost(6 + waits.length));
    expect(last).toMatchObject([{ type: 'PullFailed', words: 'unexpected EOF', digests: ['a'] }]);
  });

  test('is asked for once more at once where there was no body, and after a wait when there is none again', () => {
    const { scene, asked } = play(fetching(['a']), answer(6, 503));
    expect(asked).toEqual([`GET blob of ${HUB} a`]);
    expect(play(scene, answer(7, 503)).scene.state().pull?.blobs.get('a')).toMatchObject({
      state: 'resting',
    });
  });

  test('whose blob is not there at all ends the pull', () => {
    expect(play(fetching(['a']), answer(6, 404)).scene.state().pull).toBeUndefined();
  });

  test('is followed by the whole pull where it is the configuration, after five tries with short waits', () => {
    const retry = { type: 'retry', image: IMAGE, digest: 'config' } as const;
    const { scene } = play(fetching(['a']), answer(5, 500), retry, answer(7, 500), retry, answer(8, 500));
    expect(scene.state().pull?.blobs.get('config')).toMatchObject({ state: 'resting', attempt: 4 });
    const { last } = play(scene, retry, answer(9, 500), retry, answer(10, 500));
    expect(last.at(-1)).toMatchObject({
      type: 'PullFailed',
      words:
        'error pulling image configuration: download failed after attempts=6: received unexpected HTTP status: 500 Internal Server Error',
    });
  });
});

describe('a proxy that asks who is there (go:net/http/transport.go)', () => {
  const words = 'Proxy Authentication Required';
  const off = (client: Client, image = IMAGE) =>
    pulling(client, image)
      .when({ type: 'cut-off', host: HUB, why: 'proxy.authentication', words, facts: [1] })
      .events.at(-1);

  test.each([
    // As users of Docker 1.12 saw it. (docker/hub-feedback#826)
    [
      'docker-1.11',
      'Error while pulling image: Get https://index.docker.io/v1/repositories/hello-world/images: Proxy Authentication Required',
    ],
    ['engine', `Get "https://${HUB}/v2/": Proxy Authentication Required`],
    [
      'containerd',
      `failed to resolve reference "hello-world": failed to do request: Head "https://${HUB}/v2/library/hello-world/manifests/latest": Proxy Authentication Required`,
    ],
  ] as const)('is the end of a pull of %s, in the words of its answer', (client, words) => {
    expect(off(client, 'hello-world')).toMatchObject({
      ...{ type: 'PullFailed', why: 'proxy.authentication', facts: [1], words },
    });
  });

  test('is asked twice by skopeo, which says what it was told first', () => {
    expect(off('skopeo')).toMatchObject({ type: 'Requested', path: 'other' });
  });

  test('is told a user, and a client remembers who told it', () => {
    const told = spec
      .when({ type: 'proxy-user', user: 'nodes', facts: [3] })
      .then({ type: 'ProxyUserSet', user: 'nodes', facts: [3] });
    expect(told.state()).toMatchObject({ proxyUser: 'nodes', proxyUserSeq: 0 });
  });
});

describe('a mirror of Docker Hub (registry-and-tls.md 8.3)', () => {
  const MIRROR = 'mirror.corp';
  const mirrored = spec.when({ type: 'mirror', site: MIRROR }).then({ type: 'Mirrored', site: MIRROR });
  const started = mirrored.when({ type: 'start', preloaded: [] }).after.when({ type: 'started' }).after;
  const refused = { why: 'registry.unreachable', words: 'connection refused', facts: [1] };
  const cut = { type: 'cut-off', host: MIRROR, ...refused } as const;

  test('is asked for names of the Hub only', () => {
    expect(asks(started.when({ type: 'pull', image: IMAGE }).events)).toEqual([`GET ping of ${MIRROR}`]);
    const elsewhere = started.when({ type: 'pull', image: 'quay.io/coreos/etcd:2' }).events;
    expect(asks(elsewhere)).toEqual(['GET ping of quay.io']);
  });

  test('that fails is left for the Hub, which is the end of the pull when it fails as well', () => {
    const { events, after } = started.when({ type: 'pull', image: IMAGE }).after.when(cut);
    expect(events).toMatchObject([
      { type: 'Answered', status: 0 },
      {
        ...{ type: 'FellThrough', site: HUB, ...refused },
        words: 'Attempting next endpoint for pull after error: connection refused',
      },
      { type: 'Requested', path: 'ping', host: HUB },
    ]);
    const last = after.when({ ...cut, host: HUB }).events.at(-1);
    expect(last).toMatchObject({ type: 'PullFailed', why: 'registry.unreachable' });
  });

  test('that loses a layer for good leaves to the Hub what is not there yet', () => {
    const pull = started.when({ type: 'pull', image: IMAGE }).after;
    let now = pull;
    const step = (command: DockerCommand) => {
      const { events, after } = now.when(command);
      now = after;
      return events;
    };
    step({ type: 'connected', host: MIRROR });
    step(answer(1, 200));
    step({ type: 'connected', host: MIRROR });
    step(answer(2, 200, layers(['sha256:a', 'sha256:b'])));
    for (const _ of 'cab') step({ type: 'connected', host: MIRROR });
    step(answer(3, 200));
    step(answer(4, 200, { bytes: 2 * MB }));
    step({ type: 'layer', digest: 'sha256:a' });
    const events = step(answer(5, 404));
    expect(events).toContainEqual(expect.objectContaining({ type: 'FellThrough', digests: ['sha256:b'] }));
    expect(asks(events)).toEqual([`GET ping of ${HUB}`]);
    step({ type: 'connected', host: HUB });
    step(answer(6, 200));
    step({ type: 'connected', host: HUB });
    const again = step(answer(7, 200, layers(['sha256:a', 'sha256:b'])));
    expect(asks(again)).toEqual([`GET blob of ${HUB} config`, `GET blob of ${HUB} sha256:b`]);
  });
});

describe('frames that go astray', () => {
  const FACTS = [3, 4];
  const stall = (ids: readonly number[], got: readonly number[], lost = true): DockerCommand => ({
    ...{ type: 'stall', ids, got, lost, facts: FACTS },
  });
  const lost = (id: number): DockerCommand => ({ type: 'lost', id, words: 'connection reset by peer' });
  /** A manifest with one layer is there, its body (request 4) and the configuration (3) are asked for. */
  const fetching = () =>
    play(
      pulling('docker-1.11'),
      answer(1, 200),
      answer(2, 200, layers(['sha256:a'])),
      answer(4, 200, { bytes: 2 * MB }),
    ).scene;

  test('what had come of a body is kept, and the client asks for the rest once it learns that the connection is gone', () => {
    const stalled = fetching()
      .when(stall([4], [MB]))
      .then({ type: 'Stalled', image: IMAGE, ids: [4], got: [MB], lost: true, facts: FACTS });
    const { events, after } = stalled.when(lost(4));
    expect(events.map(({ type }) => type)).toEqual(['Answered', 'Retrying']);
    expect(events[1]).toMatchObject({ attempt: 1, wait: 5 * SECOND, words: 'connection reset by peer' });
    const again = after.when({ type: 'retry', image: IMAGE, digest: 'sha256:a' });
    expect(asks(again.events)).toEqual([`GET blob of ${HUB} sha256:a from ${MB}`]);
  });

  test('a body that is heard again goes on, and is whole with its rest', () => {
    const stalled = fetching().when(stall([4], [MB], false)).after;
    const resumed = stalled.when({ type: 'resume', id: 4 }).then({ type: 'Resumed', image: IMAGE, id: 4 });
    expect(resumed.state().pull?.open.get(4)).toMatchObject({
      phase: 'receiving',
      bytes: MB,
      stalled: undefined,
    });
    resumed.when({ type: 'layer', digest: 'sha256:a' }).types('LayerDone', 'Unpacking');
  });

  test('nothing that was on its way reaches a request that stalls', () => {
    const stalled = pulling('engine').when(stall([1], [0])).after;
    stalled.when({ type: 'connected', host: HUB }).then();
    const waiting = pulling('engine')
      .when({ type: 'connected', host: HUB })
      .after.when(stall([1], [0])).after;
    waiting.when(answer(1, 200)).then();
    fetching()
      .when(stall([4], [MB]))
      .after.when({ type: 'layer', digest: 'sha256:a' })
      .then();
  });

  test('a ping that nobody answers is the end, and rests on what led it astray', () => {
    const stalled = pulling('engine').when(stall([1], [0]));
    const { events } = stalled.after.when(lost(1));
    const facts = [expect.any(Number), ...FACTS];
    const words = `Get "https://${HUB}/v2/": connection reset by peer`;
    expect(events.at(-1)).toMatchObject({ type: 'PullFailed', why: 'registry.unreachable', words, facts });
  });

  test.each([
    ['docker-1.11', 'asks again at once', ['Answered', 'Requested']],
    ['containerd', 'gives up', ['Answered', 'PullFailed']],
  ] as const)('a request for a layer that was not answered: %s %s', (client, _, types) => {
    const asked = play(pulling(client), answer(1, 200), answer(2, 200, layers(['sha256:a']))).scene;
    const id = [...(asked.state().pull?.open ?? [])].find(([, { blob }]) => blob === 'sha256:a')?.[0] ?? -1;
    const gone = asked.when(stall([id], [0])).after.when(lost(id));
    expect(gone.events.map(({ type }) => type)).toEqual(types);
  });

  test('what is over by then does not stall, and what does not stall is not lost', () => {
    for (const command of [stall([1, 2], [0, 0]), lost(4), { type: 'resume', id: 4 } as const])
      fetching().when(command).then();
  });
});

test('every command, event and refusal is specified here', () => {
  const has = pulling('engine').given({ type: 'Pulled', image: IMAGE });
  const run = { type: 'run', container: 'etcd', image: IMAGE, port: 2379 } as const;
  has.when(run).types('ContainerStarted').when({ type: 'stop' }).types('Stopped');
  pulling('engine').when(run).types('Queued');
  const corp = { registry: '', roots: ['corp'], from: [0], until: [1] };
  has.when({ type: 'add-roots', ...corp }).types('RootsAdded');
  has.when({ type: 'restart' }).types('Restarting').when({ type: 'started' }).types('Restarted');
  spec.when({ type: 'restart' }).types('NotDone');
  spec.shown(
    {
      ...{
        mirror: true,
        'proxy-user': true,
        configure: true,
        start: true,
        started: true,
        run: true,
        pull: true,
        connected: true,
        'cut-off': true,
      },
      ...{ answer: true, layer: true, retry: true, unpacked: true, stop: true },
      ...{ restart: true, 'add-roots': true },
      ...{ stall: true, resume: true, lost: true },
    },
    {},
  );
});
