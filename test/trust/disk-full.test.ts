/** Promise 8, a full disk is a sentence: whichever call fails and whatever the disk says, one line is said and whole frames are left. */
import { describe, expect, test } from 'vitest';
import { survivesFailures, survivesFullDisk, ways } from './support/checks-disk.ts';

const CODES = ['ENOSPC', 'EFBIG', 'EIO', 'EDQUOT'];

describe.each(ways().map((way) => [way.name, way] as const))('a log written %s', (_, way) => {
  test.each(CODES.flatMap((code) => [false, true].map((forGood) => ({ code, forGood }))))(
    'outlives a failure of each call in turn: $code, for good: $forGood',
    (failing) => {
      const { failures, torn = 0 } = survivesFailures(way, failing);
      expect(failures).toBeGreaterThan(8);
      if (way.most !== undefined && failing.forGood) expect(torn).toBeGreaterThan(0);
    },
  );

  test.each(['capacity', 'largest'] as const)('outlives a disk with any %s', (limit) => {
    const { sizes, open, corrupt } = survivesFullDisk(way, limit, Math.ceil(way.bytes.length / 400));
    expect(sizes).toBeGreaterThan(350);
    expect(open).toBeGreaterThan(30);
    expect(corrupt).toBeUndefined();
  });
});
