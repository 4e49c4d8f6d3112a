/** Drives a run in slices, so that progress can be shown and Ctrl-C ends it with a whole log. */
import { setImmediate as breathe } from 'node:timers/promises';
import type { Outcome, Simulation } from '../run/simulation.ts';
import { EXIT } from './call.ts';
import { clockOf } from './instant.ts';
import type { Terminal } from './terminal.ts';
import { grouped } from './text.ts';

/** Events between two looks at the clock and at Ctrl-C. */
const SLICE = 5_000;
/** A run that is over sooner shows no bar. */
const PATIENCE = 250;
const FRAME = 100;
const LINE = 10_000;
const CELLS = 32;

/** One state of the bar. */
export function barText(at: number, until: number, events: number, seconds: number): string {
  const share = until <= 0 ? 1 : Math.min(at / until, 1);
  const full = Math.round(share * CELLS);
  const bar = `${'█'.repeat(full)}${'░'.repeat(CELLS - full)}`;
  return `  ${bar}  ${clockOf(at)} of ${clockOf(until)}   ${grouped(events)} events   ${seconds.toFixed(1)} s`;
}

/** Hears Ctrl-C from when it is made until it is released. A second Ctrl-C leaves at once. */
export class Interrupts {
  heard = false;
  readonly #hear = (): void => {
    if (this.heard) process.exit(EXIT.interrupted);
    this.heard = true;
  };

  constructor() {
    process.on('SIGINT', this.#hear);
    process.on('SIGTERM', this.#hear);
  }

  release(): void {
    process.off('SIGINT', this.#hear);
    process.off('SIGTERM', this.#hear);
  }
}

/** Runs to the end, or to Ctrl-C. */
export async function drive(
  simulation: Simulation,
  interrupts: Interrupts,
  terminal: Terminal,
): Promise<Outcome> {
  const progress = new Progress(simulation, terminal);
  try {
    for (;;) {
      const outcome = simulation.advance(SLICE);
      if (outcome !== undefined) return outcome;
      progress.show();
      await breathe();
      if (interrupts.heard) return simulation.interrupt();
    }
  } finally {
    progress.clear();
  }
}

class Progress {
  readonly #simulation: Simulation;
  readonly #terminal: Terminal;
  readonly #start = performance.now();
  #next: number;
  #drawn = false;

  constructor(simulation: Simulation, terminal: Terminal) {
    this.#simulation = simulation;
    this.#terminal = terminal;
    this.#next = this.#start + (terminal.progress === 'bar' ? PATIENCE : LINE);
  }

  show(): void {
    const now = performance.now();
    if (this.#terminal.progress === 'none' || now < this.#next) return;
    const { engine, options } = this.#simulation;
    const text = barText(engine.now, options.until, engine.count, (now - this.#start) / 1000);
    const isBar = this.#terminal.progress === 'bar';
    if (isBar) this.#terminal.draw(text);
    else this.#terminal.say(text.replace(/[█░]+ +/, ''));
    this.#drawn = isBar;
    this.#next = now + (isBar ? FRAME : LINE);
  }

  clear(): void {
    if (this.#drawn) this.#terminal.draw('');
  }
}
