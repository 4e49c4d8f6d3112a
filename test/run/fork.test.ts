/** Forks of real scenarios: unchanged to the last byte, changed only where the change reaches, and forks of forks. */
import { describe, expect, it } from 'vitest';
import { codeOf } from '../../src/inspect/events.ts';
import { memorySink, memorySource } from '../../src/log/disk.ts';
import { forkRun } from '../../src/run/fork.ts';
import { type History, kindOf, readHistory } from '../../src/run/history.ts';
import { provable, prove } from '../../src/run/verify.ts';
import { run } from '../support/scenarios.ts';

const MINUTE = 60e6;

function fork(history: History, at: number, sets: readonly string[] = [], until?: number) {
  const sink = memorySink();
  const forked = forkRun(history, { at, sets, sink, ...(until === undefined ? {} : { until }) });
  if (!forked.ok) throw new Error(JSON.stringify(forked.issues));
  forked.simulation.advance();
  const read = readHistory(memorySource(sink.bytes()));
  if (!read.ok) throw new Error(read.verdict.message);
  return { log: sink.bytes(), history: read.history, idle: forked.idle };
}

const asksAt = (history: History, at: number) =>
  history.events.filter((recorded) => recorded.at === at && recorded.cause === -1);
const isReady = (history: History) =>
  history.events.some((recorded) => kindOf(history, recorded) === 'cluster.Ready');

describe('a fork', () => {
  const off = run('scenarios/photon/dhcp-off.yaml');

  it.each([0, 1, 5 * MINUTE, 350_446_885, 1_010_610_613, 89 * MINUTE])(
    'at %i µs without a change is the original to the last byte',
    (at) => {
      expect(Buffer.compare(fork(off.history, at).log, off.log)).toBe(0);
    },
  );

  it('with an action at its own instant does it then, and shares everything before', () => {
    const at = 8 * MINUTE;
    const { history, idle } = fork(off.history, at, ['do[1]={ at: 8m, start-dhcp: mgmt }']);
    expect(idle).toEqual([]);
    expect(isReady(history)).toBe(true);
    const past = (one: History) => one.events.filter((recorded) => recorded.at < at);
    expect(past(history)).toEqual(past(off.history));
    expect(prove(provable(history))).toMatchObject({ ok: true });
  });

  it('restarts an engine that read its roots before the right one came, and the pull succeeds', () => {
    const late = run('scenarios/registry/ca-added-to-running-engine.yaml');
    const sets = ['do[3]={ at: 42m, restart-engine: mesos-1-slave-1 }'];
    const { history } = fork(late.history, 42 * MINUTE, sets);
    expect(history.events.filter((recorded) => codeOf(recorded) !== undefined)).toEqual([]);
    expect(prove(provable(history))).toMatchObject({ ok: true });
  });

  it('with a setting asks that setting anew, and nothing else', () => {
    const { history } = fork(off.history, 8 * MINUTE, ['networks.mgmt.dhcp.enabled=true']);
    expect(asksAt(history, 8 * MINUTE).map(({ event }) => event['path'])).toEqual(['networks.mgmt.dhcp']);
    expect(isReady(history)).toBe(true);
  });

  it('of a fork knows what the first one asked, and what it took back', () => {
    const { history: first } = fork(off.history, 8 * MINUTE, ['networks.mgmt.dhcp.enabled=true']);
    const { history: second } = fork(first, 30 * MINUTE, ['do[1]={ at: 30m, delete-cluster: mesos-1 }']);
    expect(asksAt(second, 30 * MINUTE).map(({ event }) => event['path'])).toEqual(['do[1]']);
    const { history: third } = fork(second, 40 * MINUTE, ['do[2]={ at: 50m, start-dhcp: mgmt }']);
    const { history: fourth } = fork(third, 45 * MINUTE, ['do[2].at=60m']);
    expect(asksAt(fourth, 45 * MINUTE).map(({ event }) => event.type)).toEqual(['Withdrawn', 'Asked']);
    expect(prove(provable(fourth))).toMatchObject({ ok: true });
  });

  describe('of a changed fork', () => {
    const { history: first } = fork(off.history, 8 * MINUTE, ['networks.mgmt.dhcp.enabled=true']);
    const twice = fork(first, 30 * MINUTE, ['do[1]={ at: 40m, delete-cluster: mesos-1 }']);

    it.each([0, 100e6, 479e6, 480e6, 481e6, 29 * MINUTE, 30 * MINUTE, 35 * MINUTE, 89 * MINUTE])(
      'at %i µs without a change is that fork to the last byte',
      (at) => {
        expect(Buffer.compare(fork(twice.history, at).log, twice.log)).toBe(0);
      },
    );

    it('asks what the other asked as far as it goes itself', () => {
      const { history } = fork(twice.history, 100e6, [], 10 * MINUTE);
      expect(history.events).toEqual(twice.history.events.filter(({ at }) => at <= 10 * MINUTE));
      expect(asksAt(history, 8 * MINUTE)).toHaveLength(1);
    });

    it('with a change follows the whole scenario from there on', () => {
      const { history } = fork(first, 5 * MINUTE, ['do[1]={ at: 40m, delete-cluster: mesos-1 }']);
      const paths = asksAt(history, 5 * MINUTE).map(({ event }) => event['path']);
      expect(paths).toEqual(['networks.mgmt.dhcp', 'do[1]']);
      expect(asksAt(history, 8 * MINUTE)).toEqual([]);
    });
  });

  it('names a change that came too late', () => {
    expect(fork(off.history, 8 * MINUTE, ['do[0].create-cluster.slaves=9']).idle).toEqual(['do[0]']);
  });

  it('cannot undo what failed, only what comes after', () => {
    const { history } = fork(off.history, 20 * MINUTE, ['networks.mgmt.dhcp.enabled=true']);
    expect(history.events.some((recorded) => codeOf(recorded) === 'address.none')).toBe(true);
    expect(isReady(history)).toBe(false);
  });
});
