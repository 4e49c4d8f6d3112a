import { describe, expect, test } from 'vitest';
import { isLinkLocal, purposeOf, requestIn, requestShape } from '../../src/base/dhcp.ts';
import { message } from '../support/dhcp.ts';
import { ip } from '../support/spec.ts';

const fields = { requested: 0, serverId: 0, ciaddr: 0, to: 0 };

describe('what a client wants with a REQUEST (RFC 2131, table 4)', () => {
  test.each([
    ['selecting', { requested: 1, serverId: 2 }],
    ['rebooting', { requested: 1 }],
    ['renewing', { ciaddr: 1, to: 2 }],
    ['rebinding', { ciaddr: 1 }],
    ['bare', {}],
    ['bare', { serverId: 2 }],
    // Option 50 decides, whatever else is set.
    ['rebooting', { requested: 1, ciaddr: 3, to: 2 }],
  ] as const)('%s: %j', (purpose, more) => {
    expect(purposeOf({ ...fields, ...more })).toBe(purpose);
  });
});

test('the request within an event is every field of one, and nothing else', () => {
  const request = message('REQUEST', 'a', { requested: 5, oddity: 'cut-off' });
  const event = { type: 'Postponed', until: 7, ...request };
  expect(requestIn(event)).toEqual(request);
  expect(Object.keys(requestIn(event))).toEqual(Object.keys(requestShape));
});

test.each([
  ['169.254.0.0', true],
  ['169.254.255.255', true],
  ['169.253.255.255', false],
  ['169.255.0.0', false],
  ['10.0.0.1', false],
])('%s is link-local: %s', (quad, is) => expect(isLinkLocal(ip(quad))).toBe(is));
