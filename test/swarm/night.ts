/**
 * `npm run night`: random worlds for hours. Says about every ten seconds how far it is, goes on after a failure, and ends with the tally;
 * `-- --hours 2`, `--minutes 5`, `--count 100`, `--seed N`.
 */
import { parseArgs } from 'node:util';
import { giveRoomToNewObjects } from '../../src/cli/young.ts';
import { shrink, smallText } from './shrink.ts';
import { type Failed, failureText, rarestFirst, Tally } from './tally.ts';

const USAGE = `npm run night [-- --hours 8 | --minutes M | --count N] [--seed S]
Runs random worlds and holds every rule of test/swarm/invariants.ts against each. Exit code 1 when one did not hold.`;

const EVERY_MS = process.stderr.isTTY ? 10_000 : 60_000;
/** How long a failure of a kind that was not seen before may be made smaller. */
const SHRINK_MS = 60_000;

giveRoomToNewObjects();
const { values } = parseArgs({
  options: {
    hours: { type: 'string' },
    minutes: { type: 'string' },
    count: { type: 'string' },
    seed: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

function budget(): { readonly ms: number; readonly count: number; readonly seed: number } {
  const { hours, minutes, count, seed } = values;
  const ms = minutes !== undefined ? Number(minutes) * 60_000 : Number(hours ?? 8) * 3_600_000;
  const wanted = {
    ms: count !== undefined && hours === undefined && minutes === undefined ? Number.POSITIVE_INFINITY : ms,
    count: Number(count ?? Number.POSITIVE_INFINITY),
    seed: Number(seed ?? Date.now() % 1_000_000_000),
  };
  if (Number.isNaN(wanted.ms) || !(wanted.count > 0) || !Number.isSafeInteger(wanted.seed)) {
    console.error(USAGE);
    process.exit(2);
  }
  return wanted;
}

const say = (text: string) => process.stderr.write(`${text}\n`);
/** Lets Ctrl-C and other signals in: worlds themselves never wait. */
const breathe = () => new Promise((resolve) => setImmediate(resolve));

class Night {
  readonly tally = new Tally();
  readonly #began = performance.now();
  readonly #told = new Set<string>();
  #said = this.#began;
  isInterrupted = false;

  get seconds(): number {
    return (performance.now() - this.#began) / 1000;
  }

  async run({ ms, count, seed }: ReturnType<typeof budget>): Promise<void> {
    say(`swarm from seed ${seed}`);
    for (let n = 0; n < count && this.seconds * 1000 < ms && !this.isInterrupted; n += 1) {
      const failed = this.tally.run(seed + n);
      if (failed !== undefined) this.#failed(failed);
      await breathe();
      if (performance.now() - this.#said < EVERY_MS) continue;
      this.#said = performance.now();
      say(this.tally.line(this.seconds));
    }
  }

  #failed(failed: Failed): void {
    say(`\n${failureText(failed)}`);
    if (this.#told.has(failed.violation.rule)) return;
    this.#told.add(failed.violation.rule);
    const until = performance.now() + SHRINK_MS;
    say(`${smallText(shrink(failed, () => performance.now() > until || this.isInterrupted))}\n`);
  }

  end(): void {
    const { tally } = this;
    console.log(tally.line(this.seconds));
    console.log(`endings: ${rarestFirst(tally.endings)}`);
    console.log(`failures met: ${rarestFirst(tally.codes)}`);
    console.log(`never reached: ${tally.unreached().join(', ') || 'nothing'}`);
    for (const failed of tally.failures.slice(0, 50)) console.log(failureText(failed));
  }
}

if (values.help) console.log(USAGE);
else {
  const night = new Night();
  process.on('SIGINT', () => {
    if (night.isInterrupted) process.exit(130);
    night.isInterrupted = true;
  });
  await night.run(budget());
  night.end();
  process.exitCode = night.tally.failures.length > 0 ? 1 : night.isInterrupted ? 130 : 0;
}
