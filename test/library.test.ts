/** premortem as a library, by its package name. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  check,
  diff,
  explain,
  failuresOf,
  fork,
  isOutcome,
  MINUTE,
  type Run,
  replay,
  simulate,
  start,
  verify,
  why,
} from 'premortem';
import { describe, expect, test } from 'vitest';
import { ROOT } from './support/scenarios.ts';

const text = (name: string): string => readFileSync(join(ROOT, 'scenarios/photon', name), 'utf8');
const files = { 'mesos-works.yaml': text('mesos-works.yaml'), 'dhcp-off.yaml': text('dhcp-off.yaml') };

function done(simulated: ReturnType<typeof simulate>): Run {
  if (!simulated.ok) throw new Error(JSON.stringify(simulated.issues));
  return simulated.run;
}

const works = done(simulate({ file: 'mesos-works.yaml', text: files['mesos-works.yaml'] }));
const off = done(simulate({ file: 'dhcp-off.yaml', files }));

describe('simulate', () => {
  test('a run that holds', () => {
    expect(works.holds).toBe(true);
    expect(works.failures).toEqual([]);
    expect(works.metrics['cluster.create.duration']?.values).toHaveLength(1);
  });

  test('the same in, the same out', () => {
    expect(done(simulate({ file: 'dhcp-off.yaml', files })).log).toEqual(off.log);
    expect(done(simulate({ file: 'dhcp-off.yaml', files }, { seed: 'other' })).log).not.toEqual(off.log);
  });

  test('mistakes are a list', () => {
    const simulated = simulate({ file: 'x.yaml', text: 'until: 5' });
    expect(simulated.ok).toBe(false);
    if (!simulated.ok)
      expect(simulated.issues[0]).toMatchObject({ severity: 'error', place: { file: 'x.yaml', line: 1 } });
    expect(simulate({ file: 'dhcp-off.yaml', text: files['dhcp-off.yaml'] }).ok).toBe(false);
    expect(check({ file: 'dhcp-off.yaml', files }).ok).toBe(true);
  });

  test('without expectations a failed outcome does not hold', () => {
    expect(done(simulate({ file: 'dhcp-off.yaml', files }, { sets: ['expect=[]'] })).holds).toBe(false);
  });

  test('in slices', () => {
    const started = start({ file: 'dhcp-off.yaml', files });
    if (!started.ok) throw new Error('it checks');
    let slices = 0;
    while (started.simulation.advance(50) === undefined) slices += 1;
    expect(slices).toBeGreaterThan(5);
    expect(started.simulation.outcome).toEqual(off.outcome);
  });
});

describe('why', () => {
  test('from a failure to the line that made it', () => {
    const [failure] = off.failures.filter(isOutcome);
    const explanation = why(off, failure?.top.seq ?? -1);
    expect(explanation?.code).toBe('address.none');
    expect(explanation?.lines[0]).toMatchObject({
      detail: 'networks.mgmt.dhcp.enabled',
      place: { file: 'dhcp-off.yaml', line: 9 },
    });
  });

  test('from an entity, a history, and nothing', () => {
    expect(why(off.history, 'cluster/mesos-1')?.code).toBe('address.none');
    expect(why(works, 'cluster/mesos-1')?.code).toBeUndefined();
    expect(why(works, 'vm/nobody')).toBeUndefined();
    expect(why(works, 1e6)).toBeUndefined();
    expect(failuresOf(off.history).some(isOutcome)).toBe(true);
  });
});

describe('replay, fork, diff, verify, explain', () => {
  test('the world at an instant, and at the end', () => {
    const middle = replay(off.log, 10 * MINUTE);
    if (!middle.ok) throw new Error(middle.verdict.message);
    expect(middle.world.entities.get('cluster/mesos-1')).toMatchObject({ power: 'CREATING' });
    expect(middle.world.pending.length).toBeGreaterThan(0);
    const end = replay(off.log);
    expect(end.ok && end.world.worldHash).toBe(off.outcome.worldHash);
    expect(replay(new Uint8Array(3)).ok).toBe(false);
  });

  test('an unchanged fork is equal, a changed one differs from then on', () => {
    const same = fork(off, { at: 8 * MINUTE });
    expect(same.ok && same.run.log).toEqual(off.log);
    const changed = fork(off, { at: 8 * MINUTE, sets: ['networks.mgmt.dhcp.enabled=true'] });
    if (!changed.ok) throw new Error(JSON.stringify(changed.issues));
    const comparison = diff(off, changed.run);
    expect(comparison.equal).toBe(false);
    const [first] = comparison.differences;
    expect(Math.min(first?.left?.at ?? 1e18, first?.right?.at ?? 1e18)).toBeGreaterThanOrEqual(8 * MINUTE);
    expect(diff(off, off.history).equal).toBe(true);
    expect(fork(off, { at: 0, sets: ['nowhere=1'] }).ok).toBe(false);
  });

  test('a log proves itself', () => {
    expect(verify(off.log)).toMatchObject({ verdict: { status: 'clean' }, proof: { ok: true } });
    const flipped = off.log.slice();
    flipped[flipped.length - 2000]! ^= 4;
    expect(verify(flipped)).toMatchObject({ verdict: { status: 'corrupt' }, proof: undefined });
  });

  test('failures have pages', () => {
    expect(explain('address.none')?.title).toBeTruthy();
    expect(explain('nothing.of-the-kind')).toBeUndefined();
  });
});
