/** Frames that reach another machine while images are pulled: what stalls, what is reset, what goes on, and what runs out of time. */
import { describe, expect, test } from 'vitest';
import { MILLISECOND, MINUTE, type Micros, SECOND } from '../../src/base/units.ts';
import { untilRepeated } from '../../src/flows/astray.ts';
import type { Replayed } from '../../src/kernel/engine.ts';
import { GATEWAY } from '../../src/models/segment/state.ts';
import { ip } from '../support/spec.ts';
import { createMesos, doing, lab, type Rehearsal, rehearse } from '../support/world.ts';

const NODE = 'mesos-zookeeper-1';
const plain = rehearse(lab({ until: 10 * MINUTE }));

const of = (run: Rehearsal, kind: string, name = NODE): Replayed[] =>
  run.all(kind).filter(({ entity }) => entity.endsWith(`/${name}`));

/** When something happened first in the run without a laptop, which until then goes the same. */
const whenFirst = (kind: string, fits: (event: Replayed['event']) => boolean = () => true): Micros => {
  const found = of(plain, kind).find(({ event }) => fits(event));
  if (found === undefined) throw new Error(`there is no ${kind}`);
  return found.at;
};

const isBody = ({ bytes }: Replayed['event']) => (bytes as number) > 0;
const inBody = whenFirst('docker.Answered', isBody) + 700 * MILLISECOND;

/** A laptop takes an address at an instant. */
const taking = (address: string, at: Micros) =>
  rehearse(
    lab({
      until: 15 * MINUTE,
      actions: doing(
        [10 * SECOND, createMesos],
        [at, { verb: 'take-address', network: 'lan', address: ip(address), holder: 'laptop' }],
      ),
    }),
  );

/** Whether frames for an address reach a holder at an instant. */
const reached = (run: Rehearsal, at: Micros): string =>
  String(run.all('segment.Flapped').findLast((flap) => flap.at <= at)?.event['holder']);

describe('the address of a node that pulls is taken', () => {
  const run = taking('10.0.0.11', inBody);
  const [stalled] = of(run, 'docker.Stalled') as [Replayed];

  test('the body stalls at once, its transfer ends, and no other node is touched', () => {
    expect(stalled.at).toBe(inBody);
    expect(stalled.event['lost']).toBe(true);
    const [got] = stalled.event['got'] as number[];
    expect(got).toBeGreaterThan(0);
    expect(run.all('fabric.Cancelled').every(({ event }) => event['owner'] === `docker/${NODE}`)).toBe(true);
    for (const other of ['mesos-zookeeper-2', 'mesos-zookeeper-3']) {
      expect(of(run, 'docker.Stalled', other)).toEqual([]);
      expect(of(run, 'docker.Pulled', other)).toHaveLength(1);
    }
  });

  test('a keepalive probe every 30 s tells the client, the first whose answer reaches it', () => {
    const [retry] = of(run, 'docker.Retrying') as [Replayed];
    expect(retry.event['words']).toBe(
      'read tcp 10.0.0.11->registry-1.docker.io:443: read: connection reset by peer',
    );
    const asked = retry.at - 20 * MILLISECOND;
    expect((asked - inBody) % (30 * SECOND)).toBe(0);
    expect(reached(run, asked)).toBe(`vm/${NODE}`);
    for (let probe = inBody + 30 * SECOND; probe < asked; probe += 30 * SECOND)
      expect(reached(run, probe)).toBe('device/laptop');
  });

  test('the rest is asked for, and the image is whole', () => {
    const [got] = stalled.event['got'] as number[];
    const again = of(run, 'docker.Requested').filter(({ event }) => (event['from'] as number) > 0);
    expect(again[0]?.event['from']).toBe(got);
    expect(of(run, 'docker.Pulled')).toHaveLength(1);
  });

  test('it rests on the flap, on the duplicate, and so on both who use the address', () => {
    const facts = stalled.event['facts'] as number[];
    const kinds = facts.map((seq) => run.events[seq]?.event.type);
    expect(kinds).toEqual(['Flapped', 'Duplicated']);
    expect(run.paths(stalled)).toEqual(['do[0]', 'do[1]']);
  });
});

describe('requests while frames are astray', () => {
  test('a ping is out of time after 15 s, in the words of the engine, and nobody asks again', () => {
    const at = whenFirst('docker.PullStarted') - SECOND;
    const run = taking('10.0.0.11', at);
    const [stalled] = of(run, 'docker.Stalled') as [Replayed];
    const failed = run.last('docker.PullFailed', NODE);
    expect(stalled.at).toBe(at + SECOND);
    expect(failed.at).toBe(stalled.at + 15 * SECOND);
    expect(failed.event['why']).toBe('registry.unreachable');
    expect(failed.event['words']).toMatch(/^Network timed out while trying to connect to /);
    expect(run.paths(failed)).toEqual(['do[0]', 'do[1]']);
  });

  test('a SYN that is repeated when frames are back opens the session', () => {
    // Two seconds of the first flap are left when the node asks.
    const lasts = taking('10.0.0.1', MINUTE).all('segment.Flapped')[0]?.event['lasts'] as Micros;
    const started = whenFirst('docker.PullStarted');
    const run = taking('10.0.0.1', started - lasts + 2 * SECOND);
    const [resumed] = of(run, 'docker.Resumed') as [Replayed];
    // The first SYN went astray; the second, after a second, too; the third comes after three.
    expect(resumed.at).toBe(started + 3 * SECOND);
    expect(of(run, 'docker.PullFailed')).toEqual([]);
    expect(of(run, 'docker.Pulled')).toHaveLength(1);
  });
});

describe('the address of the gateway is taken', () => {
  const run = taking('10.0.0.1', inBody);

  test('bodies on the way to all nodes pause, and go on when TCP repeats itself', () => {
    const stalls = run.all('docker.Stalled').filter(({ at }) => at === inBody);
    expect(stalls.length).toBeGreaterThan(0);
    expect(stalls.every(({ event }) => event['lost'] === false)).toBe(true);
    const back = run.all('segment.Flapped').find(({ event }) => event['holder'] === GATEWAY) as Replayed;
    const [resumed] = of(run, 'docker.Resumed') as [Replayed];
    expect(resumed.at - inBody).toBe(back.at - inBody + untilRepeated(200 * MILLISECOND, back.at - inBody));
    expect(run.all('docker.Retrying')).toEqual([]);
    expect(of(run, 'docker.Pulled')).toHaveLength(1);
  });

  test('every byte comes once', () => {
    const bytes = run
      .all('fabric.Ended')
      .filter(({ event }) => event['owner'] === `docker/${NODE}`)
      .map(({ event }) => event['tag']);
    expect([...bytes].sort()).toEqual(['base', 'zk']);
    const restarts = run
      .all('fabric.Started')
      .filter(({ event, at }) => event['owner'] === `docker/${NODE}` && at > inBody);
    const got = of(run, 'docker.Stalled').flatMap(({ event }) => event['got'] as number[]);
    const before = plain
      .all('fabric.Ended')
      .filter(({ event, at }) => event['owner'] === `docker/${NODE}` && at <= inBody)
      .map(({ event }) => ({ base: 60e6, zk: 40e6 })[String(event['tag'])] ?? 0);
    const sum = (list: readonly number[]) => list.reduce((all, one) => all + one, 0);
    expect(sum(got) + sum(before) + sum(restarts.map(({ event }) => event['size'] as number))).toBe(100e6);
  });
});

test.each([
  [0, 1],
  [1, 0],
  [2, 1],
  [3, 0],
  [8, 7],
  [40, 23],
])('TCP that waits since %d s repeats itself %d s later', (waited, after) => {
  expect(untilRepeated(SECOND, waited * SECOND)).toBe(after * SECOND);
});
