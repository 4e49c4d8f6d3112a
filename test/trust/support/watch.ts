/** Ends the process when what it does takes too long: nothing in the same thread could. */
import { Worker } from 'node:worker_threads';

const GUARD = `
  const { workerData, parentPort } = require('node:worker_threads');
  const beat = new Int32Array(workerData.beat);
  let last = -1;
  setInterval(() => {
    if (beat[0] !== last) { last = beat[0]; return; }
    require('node:fs').writeSync(2, workerData.words.replace('%', beat[0]) + '\\n');
    process.kill(process.pid, 'SIGKILL');
  }, workerData.patience);
`;

/** Watches a loop over numbered inputs. `words` say what hangs, with `%` for its number. */
export class Watch {
  readonly #beat = new Int32Array(new SharedArrayBuffer(4));
  readonly #worker: Worker;

  constructor(words: string, patience: number) {
    const workerData = { beat: this.#beat.buffer, words, patience };
    this.#worker = new Worker(GUARD, { eval: true, workerData });
    this.#worker.unref();
  }

  /** Called before each input. */
  at(input: number): void {
    Atomics.store(this.#beat, 0, input);
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
