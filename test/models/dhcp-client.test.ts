import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../src/base/units.ts';
import { NEVER } from '../../src/kernel/model.ts';
import { dhcpClient } from '../../src/models/dhcp-client/decide.ts';
import type { DhcpClientCommand, DhcpClientEvent } from '../../src/models/dhcp-client/events.ts';
import { ip, itself, specify } from '../support/spec.ts';

const spec = specify(dhcpClient, 'dhcp-client/master-1');
const TEN = ip('10.0.0.10');
/** The middle of the spread: exactly the nominal interval. */
const MIDDLE = 0.5;

const discovering = (attempt: number, seconds: number): DhcpClientEvent => ({
  type: 'Discovering',
  segment: 'lan',
  attempt,
  wait: seconds * SECOND,
});
const requesting = (attempt: number, seconds: number): DhcpClientEvent => ({
  type: 'Requesting',
  segment: 'lan',
  server: 'lan',
  address: TEN,
  attempt,
  wait: seconds * SECOND,
});
const bound = (until: number): DhcpClientEvent => ({
  type: 'Bound',
  segment: 'lan',
  server: 'lan',
  address: TEN,
  until,
});
const ack = (until: number): DhcpClientCommand => ({ type: 'ack', server: 'lan', address: TEN, until });
const silenceTimers = (['resend', 'renew', 'rebind', 'expire'] as const).map((key) =>
  itself(NEVER, { type: 'stop' }, key),
);

describe('asking for an address (dhcp.md section 3, networkd)', () => {
  test('starts at once, and a second start changes nothing', () => {
    spec
      .draws({ retry: MIDDLE })
      .when({ type: 'start', segment: 'lan' })
      .then(discovering(1, 4))
      .asks(itself(4 * SECOND, { type: 'resend' }, 'resend'))
      .when({ type: 'start', segment: 'lan' })
      .then();
  });

  test('waits 4, 4, 8, 16, 32, 64 s and then 64 s for ever', () => {
    const waits = [4, 4, 8, 16, 32, 64, 64, 64];
    let scene = spec.draws({ retry: MIDDLE }).when({ type: 'start', segment: 'lan' }).then(discovering(1, 4));
    for (const [i, wait] of waits.slice(1).entries()) {
      scene = scene.when({ type: 'resend' }).then(discovering(i + 2, wait));
    }
  });

  test.each([
    [0, 3],
    [0.5, 4],
    [1 - Number.EPSILON, 5],
  ])('spreads each wait by a second either way: a draw of %d gives %d s', (retry, seconds) => {
    spec.draws({ retry }).when({ type: 'start', segment: 'lan' }).then(discovering(1, seconds));
  });

  test('takes the first offer and ignores the second', () => {
    const selecting = spec.given(discovering(1, 4)).draws({ retry: MIDDLE });
    selecting
      .when({ type: 'offer', server: 'lan', address: TEN })
      .then(requesting(1, 4))
      .asks(itself(4 * SECOND, { type: 'resend' }, 'resend'))
      .when({ type: 'offer', server: 'rogue', address: TEN + 1 })
      .then();
  });

  test('repeats a request that nobody answers and starts over after five', () => {
    let scene = spec.given(discovering(1, 4), requesting(1, 4)).draws({ retry: MIDDLE });
    for (const [attempt, wait] of [
      [2, 4],
      [3, 8],
      [4, 16],
      [5, 32],
    ] as const)
      scene = scene.when({ type: 'resend' }).then(requesting(attempt, wait));
    scene.when({ type: 'resend' }).then(discovering(1, 4));
  });

  test('starts over when it is refused, with all timers withdrawn first', () => {
    const refused: DhcpClientEvent = { type: 'Refused', segment: 'lan', server: 'lan', address: TEN };
    spec
      .given(discovering(1, 4), requesting(1, 4))
      .draws({ retry: MIDDLE })
      .when({ type: 'nak', server: 'lan' })
      .then(refused, discovering(1, 4));
    spec.given(discovering(1, 4), requesting(1, 4), refused).asks(...silenceTimers);
  });

  test.each<[string, DhcpClientEvent[]]>([
    ['off', []],
    ['selecting', [discovering(1, 4)]],
    ['bound', [discovering(1, 4), requesting(1, 4), bound(HOUR)]],
  ])('a refusal means nothing to a client that is %s', (_, events) => {
    spec
      .given(...events)
      .when({ type: 'nak', server: 'lan' })
      .then();
  });
});

describe('a lease (section 4)', () => {
  const asked = spec.given(discovering(1, 4), requesting(1, 4));

  test('is renewed at half, rebound at seven eighths and over at its end', () => {
    asked
      .at(SECOND)
      .when(ack(SECOND + 8 * HOUR))
      .then(bound(SECOND + 8 * HOUR))
      .asks(
        itself(NEVER, { type: 'resend' }, 'resend'),
        itself(4 * HOUR, { type: 'renew' }, 'renew'),
        itself(7 * HOUR, { type: 'rebind' }, 'rebind'),
        itself(8 * HOUR, { type: 'expire' }, 'expire'),
      );
  });

  test('of another address is not taken', () => {
    asked.when({ type: 'ack', server: 'lan', address: TEN + 1, until: HOUR }).then();
  });

  test('is not taken when nothing was asked', () => {
    spec.when(ack(HOUR)).then();
    asked
      .given(bound(HOUR))
      .when(ack(2 * HOUR))
      .then();
  });

  test('that is renewed begins anew', () => {
    const renewing: DhcpClientEvent = {
      type: 'Renewing',
      segment: 'lan',
      server: 'lan',
      address: TEN,
      wait: 90 * MINUTE,
    };
    asked
      .given(bound(8 * HOUR))
      .at(4 * HOUR)
      .when({ type: 'renew' })
      .then(renewing)
      .asks(itself(90 * MINUTE, { type: 'renew' }, 'renew'))
      .when(ack(12 * HOUR))
      .then({ type: 'Renewed', server: 'lan', address: TEN, until: 12 * HOUR })
      .asks(
        itself(NEVER, { type: 'resend' }, 'resend'),
        itself(4 * HOUR, { type: 'renew' }, 'renew'),
        itself(7 * HOUR, { type: 'rebind' }, 'rebind'),
        itself(8 * HOUR, { type: 'expire' }, 'expire'),
      );
  });

  test('is asked for again after half of what is left until T2, at least a minute, and not past T2', () => {
    const held = asked.given(bound(8 * MINUTE));
    const renewing = held.at(4 * MINUTE).when({ type: 'renew' });
    const first: DhcpClientEvent = {
      type: 'Renewing',
      segment: 'lan',
      server: 'lan',
      address: TEN,
      wait: 90 * SECOND,
    };
    const second = renewing
      .then(first)
      .at(4 * MINUTE + 90 * SECOND)
      .when({ type: 'renew' })
      .then({ ...first, wait: 60 * SECOND });
    second.asks(itself(60 * SECOND, { type: 'renew' }, 'renew'));
    second
      .at(4 * MINUTE + 150 * SECOND)
      .when({ type: 'renew' })
      .then({ ...first, wait: 30 * SECOND })
      .asks();
  });

  test('is asked of any server from T2 on, and no more once the end is near', () => {
    const rebinding: DhcpClientEvent = { type: 'Rebinding', segment: 'lan', address: TEN, wait: 60 * SECOND };
    const late = asked.given(bound(16 * MINUTE)).at(14 * MINUTE);
    late
      .when({ type: 'rebind' })
      .then(rebinding)
      .asks(itself(60 * SECOND, { type: 'rebind' }, 'rebind'));
    late
      .given(rebinding)
      .at(15 * MINUTE)
      .when({ type: 'rebind' })
      .then(rebinding)
      .asks();
    late
      .given(rebinding)
      .when({ type: 'ack', server: 'other', address: TEN, until: HOUR })
      .then({ type: 'Renewed', server: 'other', address: TEN, until: HOUR });
  });

  test('that is refused while it is renewed is lost at once', () => {
    asked
      .given(bound(HOUR), { type: 'Renewing', segment: 'lan', server: 'lan', address: TEN, wait: MINUTE })
      .draws({ retry: MIDDLE })
      .when({ type: 'nak', server: 'lan' })
      .then({ type: 'Refused', segment: 'lan', server: 'lan', address: TEN }, discovering(1, 4));
  });

  test('that runs out is given up, which rests on the last thing the client did', () => {
    const expired: DhcpClientEvent = {
      type: 'Expired',
      segment: 'lan',
      address: TEN,
      why: 'dhcp.lease-expired',
      words: 'lease of 10.0.0.10 expired',
      facts: [2],
    };
    const held = asked.given(bound(HOUR)).draws({ retry: MIDDLE });
    held.at(HOUR).when({ type: 'expire' }).then(expired, discovering(1, 4));
    held
      .at(HOUR)
      .given(expired)
      .asks(...silenceTimers);
    held
      .at(HOUR - 1)
      .when({ type: 'expire' })
      .then();
  });
});

describe('stopping', () => {
  test('says which lease is given back and withdraws every timer', () => {
    spec
      .given(discovering(1, 4), requesting(1, 4), bound(HOUR))
      .when({ type: 'stop' })
      .then({ type: 'Stopped', segment: 'lan', server: 'lan', address: TEN })
      .asks(...silenceTimers)
      .when({ type: 'stop' })
      .then();
  });

  test.each<DhcpClientCommand>([
    { type: 'offer', server: 'lan', address: TEN },
    ack(HOUR),
    { type: 'nak', server: 'lan' },
    { type: 'resend' },
    { type: 'renew' },
    { type: 'rebind' },
    { type: 'expire' },
  ])('makes the client deaf: $type', (command) => {
    spec
      .given(discovering(1, 4), { type: 'Stopped', segment: 'lan', server: '', address: -1 })
      .when(command)
      .then();
  });

  test('can be followed by a start', () => {
    const again = spec
      .given(discovering(1, 4), { type: 'Stopped', segment: 'lan', server: '', address: -1 })
      .draws({ retry: MIDDLE })
      .when({ type: 'start', segment: 'dmz' })
      .then({ ...discovering(1, 4), segment: 'dmz' } as DhcpClientEvent);
    expect(again.state().phase).toBe('selecting');
  });
});

describe('the end of its machine', () => {
  test.each<[string, DhcpClientEvent[]]>([
    ['asking', [discovering(1, 4)]],
    ['requesting', [discovering(1, 4), requesting(1, 4)]],
    ['bound', [discovering(1, 4), requesting(1, 4), bound(HOUR)]],
  ])('withdraws every timer of a client that is %s and gives nothing back', (_, events) => {
    const after = spec
      .given(...events)
      .when({ type: 'halt' })
      .then({ type: 'Halted' })
      .asks(...silenceTimers);
    expect(after.state()).toMatchObject({ phase: 'off', address: -1 });
    after.when({ type: 'halt' }).then().when({ type: 'stop' }).then();
  });

  test('means nothing to a client that is off', () => {
    spec.when({ type: 'halt' }).then();
    spec
      .given(discovering(1, 4), { type: 'Stopped', segment: 'lan', server: '', address: -1 })
      .when({ type: 'halt' })
      .then();
  });

  test.each<DhcpClientCommand>([
    { type: 'offer', server: 'lan', address: TEN },
    ack(HOUR),
    { type: 'nak', server: 'lan' },
    { type: 'resend' },
    { type: 'renew' },
    { type: 'rebind' },
    { type: 'expire' },
  ])('makes the client deaf: $type', (command) => {
    spec
      .given(discovering(1, 4), requesting(1, 4), bound(HOUR), { type: 'Halted' })
      .at(HOUR)
      .when(command)
      .then();
  });

  test('can be followed by a start', () => {
    spec
      .given(discovering(1, 4), { type: 'Halted' })
      .draws({ retry: MIDDLE })
      .when({ type: 'start', segment: 'lan' })
      .then(discovering(1, 4));
  });
});

test('every command, event and refusal is specified above', () =>
  spec.shown(
    {
      start: true,
      offer: true,
      ack: true,
      nak: true,
      resend: true,
      renew: true,
      rebind: true,
      expire: true,
      stop: true,
      halt: true,
    },
    { 'dhcp.lease-expired': true },
  ));
