import { describe, test } from 'vitest';
import { SECOND } from '../../src/base/units.ts';
import { NEVER } from '../../src/kernel/model.ts';
import { kubelet } from '../../src/models/kubelet/decide.ts';
import type { KubeletEvent } from '../../src/models/kubelet/events.ts';
import { itself, specify } from '../support/spec.ts';

const spec = specify(kubelet, 'kubelet/k-master-1');

const [BASE, WEB] = ['gcr.io/pause:1', 'lab/web:1'];
const started: KubeletEvent = { type: 'Started', base: BASE };
const added = (pod: string): KubeletEvent => ({ type: 'PodAdded', pod, image: WEB });
const baseOf = (pod: string): KubeletEvent => ({
  ...{ type: 'Syncing', pod, container: `k8s_POD.${pod}`, image: BASE },
});
const ownOf = (pod: string): KubeletEvent => ({ type: 'Syncing', pod, container: `k8s_${pod}`, image: WEB });
const backedOff = (wait: number, image = BASE): KubeletEvent => ({
  ...{ type: 'BackedOff', pod: 'web', image, wait, facts: [7] },
});
const failed = (container: string) => ({ type: 'failed', container, facts: [7] }) as const;

const waiting = spec.given(started, added('web'), baseOf('web'));

describe('a pod', () => {
  test('is the container of its network, and then its own', () => {
    spec
      .when({ type: 'start', pods: ['web'], images: [WEB], base: BASE })
      .then(started, added('web'), baseOf('web'))
      .asks()
      .when({ type: 'started', container: 'k8s_POD.web' })
      .then(ownOf('web'))
      .when({ type: 'started', container: 'k8s_web' })
      .then({ type: 'PodRunning', pod: 'web' })
      .when({ type: 'sync', pod: 'web' })
      .then();
  });

  test('that is put into the folder of a kubelet that runs is begun at once, of another when it starts', () => {
    spec
      .when({ type: 'add', pod: 'web', image: WEB })
      .then(added('web'))
      .when({ type: 'start', pods: [], images: [], base: BASE })
      .then(started, baseOf('web'))
      .when({ type: 'add', pod: 'db', image: WEB })
      .then(added('db'), baseOf('db'));
  });

  test('hears nothing of the containers of others', () => {
    for (const container of ['kubelet', 'web', 'k8s_db', 'k8s_POD.db', 'k8s_web']) {
      waiting.when({ type: 'started', container }).then();
      waiting.when(failed(container)).then();
    }
  });
});

describe('an image that does not come (registry-and-tls.md 8.2)', () => {
  test('is tried again after 10 s, which double up to 300 s', () => {
    let state = waiting;
    for (const seconds of [10, 20, 40, 80, 160, 300, 300]) {
      const wait = seconds * SECOND;
      state = state
        .when(failed('k8s_POD.web'))
        .then(backedOff(wait))
        .asks(itself(wait, { type: 'sync', pod: 'web' }, 'sync web'))
        .when({ type: 'sync', pod: 'web' })
        .then(baseOf('web'));
    }
  });

  test('of the pod itself is tried again without what runs already', () => {
    waiting
      .given(ownOf('web'))
      .when(failed('k8s_web'))
      .then(backedOff(10 * SECOND, WEB))
      .when({ type: 'sync', pod: 'web' })
      .then(ownOf('web'));
  });

  test('is asked for once at a time', () => waiting.when({ type: 'sync', pod: 'web' }).then());
});

describe('a kubelet that stops', () => {
  test('lets go of its pods and begins them anew', () => {
    waiting
      .given(ownOf('web'), { type: 'PodRunning', pod: 'web' })
      .when({ type: 'stop' })
      .then({ type: 'Stopped' })
      .asks(itself(NEVER, { type: 'sync', pod: 'web' }, 'sync web'))
      .when({ type: 'start', pods: [], images: [], base: BASE })
      .then(started, baseOf('web'));
  });

  test('or does not run does nothing', () => {
    spec.when({ type: 'stop' }).then();
    spec.given(added('web')).when({ type: 'sync', pod: 'web' }).then();
    waiting.when({ type: 'start', pods: [], images: [], base: BASE }).then();
    waiting.given({ type: 'Stopped' }).when({ type: 'started', container: 'k8s_POD.web' }).then();
  });
});

test('every command, event and refusal is specified above', () =>
  spec.shown({ start: true, add: true, sync: true, started: true, failed: true, stop: true }, {}));
