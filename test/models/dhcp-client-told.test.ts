/** DHCP clients that are told otherwise: what a command line or a file changes in what they do, and what it does not. */
import { describe, expect, test } from 'vitest';
import { macOf } from '../../src/base/dhcp.ts';
import { clientSettings } from '../../src/exchange/conformance/programs.ts';
import { requestOf } from '../../src/flows/dhcp.ts';
import type { Program } from '../../src/models/dhcp-client/profile.ts';
import { Alone, expectNear, gaps, lan } from '../support/dhcp.ts';

const settingsOf = (program: Program, command: string, config = '') =>
  clientSettings(program, { name: 'c1', role: 'client', command, config }, false);
const busybox = (options: string): Alone =>
  new Alone('udhcpc', settingsOf('udhcpc', `busybox udhcpc ${options}`));
const networkd = (file: string): Alone => new Alone('networkd', settingsOf('networkd', '', file));

describe('udhcpc', () => {
  test('-t counts DISCOVERs only, -T is between them and between REQUESTs, -A is the pause', () => {
    const searching = busybox('-t 5 -T 2 -A 7').run(30);
    expectNear(gaps(searching.times('Discovering')).slice(0, 6), [2, 2, 2, 2, 9, 2], 0.1);
    const asking = busybox('-t 5 -T 2 -A 7').hear(1, 'OFFER').run(20);
    expectNear(gaps(asking.times('Requesting')), [2, 2], 0.1);
    expectNear([(asking.times('Discovering')[1] ?? 0) - (asking.times('Requesting')[2] ?? 0)], [9], 0.1);
  });

  test('-t 0: without an end, in one exchange', () => {
    const searching = busybox('-t 0').run(100);
    expect(new Set(searching.all('Discovering').map(({ event }) => event.xid)).size).toBe(1);
    expect(Math.max(...gaps(searching.times('Discovering')))).toBeLessThan(3.1);
  });

  test('-A is also what it waits after a DECLINE', () => {
    const alone = busybox('-a100 -A 4')
      .bind(1)
      .ask(1.05, { type: 'conflict', address: lan(10) })
      .run(10);
    const [declined = 0] = alone.times('Declined');
    expectNear([(alone.times('Discovering')[1] ?? 0) - declined], [4], 0.2);
  });

  test('-n ends it after a round, but with -b it goes on in the background', () => {
    expect(busybox('-n').run(60).client.phase).toBe('gave up');
    expect(busybox('-n -b').run(60).times('Discovering').length).toBeGreaterThan(3);
  });

  test('whatever -t says it rebinds three times, -T apart, and not beyond the end of the lease', () => {
    const patient = busybox('-t 1 -T 5').bind(1, { lease: 60 }).run(60);
    expectNear(gaps([...patient.times('Renewing'), ...patient.times('Rebinding')]), [5, 5, 5], 0.1);
    const slow = busybox('-T 12').bind(1, { lease: 60 }).run(80);
    expectNear(slow.times('Renewing', 'Rebinding'), [31, 43, 55], 0.2);
    expectNear(slow.times('LeaseOver'), [67], 0.3);
  });
});

describe('networkd', () => {
  test('MaxAttempts=2: two DISCOVERs after the first, and two REQUESTs', () => {
    expect(networkd('MaxAttempts=2').run(200).times('Discovering')).toHaveLength(3);
    const asking = networkd('MaxAttempts=2').hear(1, 'OFFER').run(200);
    expect(asking.times('Requesting')).toHaveLength(2);
    expect(asking.client.phase).toBe('gave up');
  });

  test('after the last DISCOVER it still takes a link-local address', () => {
    const alone = networkd('MaxAttempts=1\nLinkLocalAddressing=ipv4').run(60);
    expect(alone.all('Announcing').map(({ event }) => event.n)).toEqual([1, 2]);
    expect(alone.client).toMatchObject({ phase: 'gave up', localHeld: true });
  });

  test('which after a lost lease it looks for from the fourth DISCOVER on', () => {
    const alone = networkd('LinkLocalAddressing=ipv4').bind(0.1, { lease: 60 }).run(100);
    expect(alone.times('Probing')[0]).toBeGreaterThan(alone.times('Discovering')[4] ?? Number.NaN);
    expect(alone.times('Probing')[0]).toBeLessThan(alone.times('Discovering')[5] ?? Number.NaN);
  });
});

describe('dhcpcd', () => {
  const told = (line: string): Alone => new Alone('dhcpcd', settingsOf('dhcpcd', '', line));
  const again = (line: string): Alone => {
    const alone = told(line).bind(3).run(20).ask(30, { type: 'halt' });
    const { segment, holder, settings } = alone.client;
    alone.ask(40, { type: 'start', segment, program: 'dhcpcd', holder, mac: macOf('a'), settings });
    return alone.run(60);
  };

  test('reboot N: so long it asks for what it had, and waits before it looks for a link-local address', () => {
    const searching = told('reboot 8').run(12);
    expectNear([(searching.times('Probing')[0] ?? 0) - (searching.times('Discovering')[0] ?? 0)], [8], 0.1);
    const alone = again('reboot 8');
    const [first = 0] = alone.times('Rebooting');
    expectNear([(alone.times('Discovering').find((at) => at > first) ?? 0) - first], [8], 0.1);
    expect(again('reboot 0').times('Rebooting')).toEqual([]);
  });

  test('a lease that was not used yet is not remembered', () => {
    const alone = told('').bind(3).run(4).ask(5, { type: 'carrier', up: false });
    expect(alone.ask(6, { type: 'carrier', up: true }).run(12).times('Rebooting')).toEqual([]);
  });
});

describe('dhclient', () => {
  /** It comes back while nobody answers. */
  const alone = (lease: number): Alone => {
    const first = new Alone('dhclient', settingsOf('dhclient', '', 'timeout 20;\nretry 40;\nreboot 3;\n'));
    first.bind(1, { lease, t1: 300 }).ask(10, { type: 'halt' });
    const { segment, holder, settings } = first.client;
    return first.ask(12, { type: 'start', segment, program: 'dhclient', holder, mac: macOf('a'), settings });
  };

  test('goes back to its recorded lease when a search is in vain', () => {
    const back = alone(900).run(60);
    expect(back.client).toMatchObject({ phase: 'bound', address: lan(10), until: 901_001_000 });
    expect(back.times('GaveUp')).toEqual([]);
    expect(back.run(400).times('Renewing').length).toBeGreaterThan(0);
  });

  test('else sleeps, and wishes for nothing then', () => {
    const over = alone(20).run(200);
    const [slept = 0] = over.times('GaveUp');
    const wishes = over.all('Discovering').map(({ at, event }) => [at > slept, event.requested]);
    expect(wishes).toContainEqual([false, lan(10)]);
    expect(wishes).toContainEqual([true, 0]);
    expect(wishes).not.toContainEqual([true, lan(10)]);
  });
});

test.each<[Program, string, string, boolean]>([
  ['udhcpc', 'busybox udhcpc -B', '', false],
  ['networkd', '', 'RequestBroadcast=yes', true],
])('%s %s%s: the flag is set without an address, and with one: %s', (program, command, file, always) => {
  const alone = new Alone(program, settingsOf(program, command, file)).bind(1, { lease: 60 }).run(59);
  const flags = alone.events.flatMap(({ event }) => requestOf('a', alone.client, event) ?? []);
  const flagged = (has: boolean) =>
    new Set(flags.filter(({ ciaddr }) => (ciaddr !== 0) === has).map((one) => one.broadcast));
  expect([...flagged(false)]).toEqual([true]);
  expect([...flagged(true)]).toEqual([always]);
});
