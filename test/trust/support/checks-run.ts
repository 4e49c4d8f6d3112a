/** Checks of whole runs: same in, same out; the log is everything; effects have causes; runs end. Each throws when it does not hold. */
import { createHash } from 'node:crypto';
import { Engine } from '../../../src/kernel/engine.ts';
import { memorySink, memorySource } from '../../../src/log/disk.ts';
import { forkRun } from '../../../src/run/fork.ts';
import { engineAt, type History, kindOf, readHistory } from '../../../src/run/history.ts';
import { provable, prove } from '../../../src/run/verify.ts';
import { type Ran, run } from '../../support/scenarios.ts';
import { asking, echo } from '../../support/toys.ts';
import { must } from './checks-log.ts';

/** A run that draws, fails and is done in an instant. */
export const SCENARIO = 'scenarios/photon/dhcp-off.yaml';
const MINUTE = 60e6;

export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A run gives the log that is known of it, to the last byte. */
export function sameOut(hash: string): void {
  const { log } = run(SCENARIO);
  must(hashOf(log) === hash, () => `the log of ${SCENARIO} has other bytes`);
}

/** A log proves itself: its bytes are sound, it folds to the world that it says, and every decision comes out the same. */
export function provesItself(log: Uint8Array): void {
  const read = readHistory(memorySource(log));
  must(read.ok && read.history.verdict.status === 'clean', () => 'the log is not sound');
  const proof = prove(provable(read.history));
  must(proof.ok, () => `the log does not prove itself: ${JSON.stringify(proof)}`);
}

/** A fork without a change is the original to the last byte, wherever it leaves it. */
export function forksGoOn(): void {
  const { history, log } = run(SCENARIO);
  for (const at of [0, 1, 5 * MINUTE, 8 * MINUTE, 16 * MINUTE, 60 * MINUTE]) {
    const sink = memorySink();
    const forked = forkRun(history, { at, sink });
    must(forked.ok, () => `no fork at ${at}`);
    forked.simulation.advance();
    must(Buffer.compare(sink.bytes(), log) === 0, () => `the fork at ${at} is another run`);
  }
}

/** The state at any event is the fold of the log: at the end it has the hash that the run had, streams included. */
export function foldsAlike(): void {
  const { history, outcome } = run(SCENARIO);
  const engine = engineAt(history, outcome.at);
  must(engine.world.hash() === outcome.worldHash, () => 'the log folds to another world than the run had');
}

/** Every event is asked for by a line of the scenario, or names an earlier event as its cause, and chains of causes end in such lines. */
export function causesHold(): void {
  const { history }: Ran = run(SCENARIO);
  const steps = history.events.map(() => 0);
  for (const { seq, cause, entity } of history.events) {
    const said = () => `e${seq} of ${entity}`;
    must((cause === -1) === isRoot(history, seq), () => `${said()} has no cause, or a root has one`);
    must(cause < seq, () => `${said()} comes before its cause`);
    if (cause !== -1) steps[seq] = steps[cause]! + 1;
  }
  must(Math.max(...steps) >= 10, () => 'no chain of causes is of any length');
}

function isRoot(history: History, seq: number): boolean {
  return kindOf(history, history.events[seq]!).startsWith('scenario.');
}

/** Two models that answer each other at one instant are stopped by a bound that names itself and them. */
export function endlessLoopEnds(): void {
  const models = [echo('ping', 'pong/b'), echo('pong', 'ping/a')];
  const engine = new Engine(models, [], { seed: 'x', bounds: { eventsPerInstant: 10_000 } });
  engine.ask([asking('ping/a', { type: 'hear' } as never)]);
  const ending = engine.run(1e9);
  must(
    ending.reason === 'bound' && ending.bound === 'eventsPerInstant',
    () => `it ended by ${ending.reason}`,
  );
  must(ending.loop.length === 2, () => `the loop is said to be ${ending.loop.join(' -> ')}`);
}
