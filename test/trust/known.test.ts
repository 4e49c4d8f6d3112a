/**
 * Mistakes that are known: each case here says what is promised and not yet so. When one is mended vitest calls it out, and it moves to the
 * file of its promise without `fails`.
 */
import fs from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { pack, unpack } from '../../src/log/codec.ts';
import { memorySource } from '../../src/log/disk.ts';
import { PROGRAM } from '../../src/run/program.ts';
import { MAIN, premortem } from '../cli/premortem.ts';
import { given, KINDS } from '../log/support.ts';
import { type Ran, run } from '../support/scenarios.ts';
import { readAll } from './support/checks-log.ts';
import { inFolder } from './support/folder.ts';
import { withPrefaceText } from './support/mutate.ts';
import { bodyOf, cut, reseal, withBody } from './support/parts.ts';
import { intoFullDevice, underFileLimit } from './support/real-disk.ts';
import { asWritten, prefaceOf } from './support/story.ts';

const path = inFolder();
let ran: Ran;
let log: Uint8Array;
beforeAll(() => {
  ran = run('scenarios/photon/dhcp-off.yaml');
  log = ran.log;
});

// Each expects no more than that the very mistake is not made, so that nothing else can make it fail.
describe('a full disk is a sentence', () => {
  test.fails.each([['events x.pmlog'], ['verify x.pmlog --json']])(
    'also when it is the output that is full: %s',
    (line) => {
      fs.writeFileSync(path('x.pmlog'), log);
      const { err } = intoFullDevice([process.execPath, MAIN, ...line.split(' ')], path());
      expect(err).not.toMatch(/^\s+at /m);
    },
  );

  test.fails('a repair for which there was no room leaves no empty copy in its own way', () => {
    fs.writeFileSync(path('x.pmlog'), log.subarray(0, log.length - 5));
    underFileLimit(0, [process.execPath, MAIN, 'repair', 'x.pmlog'], path());
    expect(fs.readdirSync(path())).not.toContain('x.pmlog.torn');
  });
});

describe('a made-up log is damage', () => {
  test.fails('when an event names no entity', () => {
    const sound = asWritten([given(0, 0, 'lab/one', -1, { type: 'Started' })], prefaceOf('one', KINDS));
    const parts = cut(sound);
    const [texts, draws, events] = unpack(bodyOf(parts[2]!)) as [string[], Uint8Array, Uint8Array];
    // Kind, wait, entity, cause: the entity becomes the empty text.
    const nameless = withBody(parts[2]!, pack([texts, draws, events.with(2, 0)]));
    const { verdict } = readAll(memorySource(reseal([...parts.slice(0, 2), nameless])));
    expect(verdict.status).not.toBe('open');
  });

  test.fails.each([['why'], ['fork', '--at', '5m']])(
    'when its options lack something: %s',
    async (verb, ...more) => {
      fs.writeFileSync(path('x.pmlog'), withPrefaceText(log, '\xa4sets', '\xa4nets'));
      const { exit } = await premortem(path(), [verb!, 'x.pmlog', ...more]);
      expect(exit).not.toBe(1);
    },
  );

  test.fails('when it asks something of a model that is not, and is gone on with', async () => {
    const { history } = ran;
    const wrong = history.events.map((one) =>
      one.cause === -1 ? { ...one, event: { ...one.event, to: 'nothing/at-all' } } : one,
    );
    const preface = {
      program: PROGRAM,
      options: { ...history.options },
      sources: history.sources,
      kinds: history.kinds,
    };
    fs.writeFileSync(path('x.pmlog'), asWritten(wrong, preface));
    const { exit } = await premortem(path(), ['fork', 'x.pmlog', '--at', '5m']);
    expect(exit).not.toBe(1);
  });
});
