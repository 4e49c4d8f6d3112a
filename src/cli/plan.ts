/** `plan`: what would be simulated, with the values that hold and where each comes from. */
import { formatIpv4, rangesText } from '../base/ipv4.ts';
import { formatBytes, formatDuration, formatRate } from '../base/units.ts';
import { SERVERS } from '../models/dhcp/profile.ts';
import type { Checked } from '../scenario/read.ts';
import { type Call, EXIT, type ExitCode, oneOf } from './call.ts';
import { actionText, countsOf, countsText } from './counts.ts';
import { readInput, type Shown, shownIssue } from './input.ts';
import { clockOf } from './instant.ts';
import { issueLine, refuseInput } from './issue-view.ts';
import { mergedValues } from './merged.ts';
import type { Paint } from './paint.ts';
import { tableLines } from './table.ts';
import { clip, compressNames, plain, plural } from './text.ts';

/** A value that holds, and where it comes from. */
export interface Value {
  readonly path: string;
  readonly value: string;
  readonly from: string;
}

/** `file:line` of what says the value at a path, or `default`. */
export function fromOf(checked: Checked, shown: Shown, path: string): string {
  const place = checked.place(path);
  if (checked.origin(path) === 'default' || place === undefined) return 'default';
  return `${shown(place.file)}:${place.line}`;
}

/** Names of a record by the path that made them: those of one range together. */
function byPathOf(
  record: Readonly<Record<string, { readonly path: string }>>,
): ReadonlyMap<string, readonly string[]> {
  const byPath = new Map<string, string[]>();
  for (const [name, { path }] of Object.entries(record))
    byPath.set(path, [...(byPath.get(path) ?? []), name]);
  return byPath;
}

/** The values that decide most, resolved: one line for each host range, network, proxy and so on. */
export function valuesOf(checked: Checked, shown: Shown): Value[] {
  const { hosts, datastores, networks, machines, proxies, internet, platform } = checked.scenario;
  const values: Value[] = [];
  const add = (path: string, value: string, from = path): void => {
    values.push({ path, value, from: fromOf(checked, shown, from) });
  };
  for (const [path, names] of byPathOf(hosts)) {
    const host = hosts[names[0] as string];
    if (host === undefined) continue;
    const power = host.power === 'on' ? 'on' : `off, boots in ${formatDuration(host.boot)}`;
    const clock = host.clock === 0 ? '' : `, clock ${formatDuration(host.clock)} off`;
    add(
      `hosts.${compressNames(names)}`,
      `${host.cores} cores, ${formatBytes(host.memory)}, ${host.roles.join('+')}, ${power}${clock}`,
      path,
    );
  }
  for (const [name, { path, capacity, write, hosts: on }] of Object.entries(datastores))
    add(
      `datastores.${name}`,
      `${formatBytes(capacity)}, writes ${formatBytes(write)}/s, on ${compressNames(on)}`,
      path,
    );
  for (const { path, network, prefix, gateway, dhcp, servers, relay } of Object.values(networks)) {
    add(path, `${formatIpv4(network)}/${prefix}, gateway ${formatIpv4(gateway)}`);
    if (relay !== undefined) add(relay.path, relay.enabled ? 'relays DHCP' : 'relays nothing yet');
    if (dhcp !== undefined && dhcp.server !== '') add(`${dhcp.path}.server`, dhcp.server);
    if (dhcp !== undefined && dhcp.answerDelay > 0)
      add(`${dhcp.path}.answer-delay`, formatDuration(dhcp.answerDelay));
    if (dhcp !== undefined && dhcp.lostAnswers.length > 0)
      add(
        `${dhcp.path}.lost-answers`,
        dhcp.lostAnswers.map(({ kind, which }) => plural(which.length, kind)).join(', '),
      );
    for (const server of [...(dhcp === undefined ? [] : [dhcp]), ...Object.values(servers)]) {
      add(`${server.path}.enabled`, String(server.enabled));
      add(`${server.path}.software`, server.software);
      add(`${server.path}.scope`, rangesText(server.ranges.flatMap(({ first, last }) => [first, last])));
      const own = SERVERS[server.software];
      add(`${server.path}.lease`, formatDuration(server.lease ?? own.lease));
      add(`${server.path}.check`, server.check ?? own.check);
      add(`${server.path}.authoritative`, String(server.authoritative ?? own.authoritative));
    }
  }
  for (const [path, names] of byPathOf(machines)) {
    const machine = machines[names[0] as string];
    if (machine === undefined) continue;
    const { network, address, client, start, within } = machine;
    const by = address === 'dhcp' ? `${client} on ${network}` : `${formatIpv4(address)} on ${network}`;
    const when =
      within === 0 ? formatDuration(start) : `${formatDuration(start)} to ${formatDuration(start + within)}`;
    add(`machines.${compressNames(names)}`, `${by}, starts at ${when}`, path);
  }
  for (const proxy of Object.values(proxies)) {
    const { path, networks: from, bandwidth, mode, users, tlsPath, intercept, resignsWith, up } = proxy;
    const traits = `${mode === 'explicit' ? '' : `, ${mode}`}${up ? '' : ', down'}`;
    add(path, `${from.join(', ')} -> internet, ${formatRate(bandwidth)}${traits}`);
    if (users !== undefined) add(`${path}.users`, users.join(', ') || 'nobody');
    add(tlsPath, intercept ? `re-signs with ${resignsWith}` : 'passed through');
  }
  for (const { path, issuedBy, rtt, bandwidth, images, up } of Object.values(internet))
    add(
      path,
      `${Object.keys(images).length} images, certificate by ${issuedBy}, ${formatDuration(rtt)}, ${formatRate(bandwidth)}${up ? '' : ', down'}`,
    );
  if (platform !== undefined) {
    const wait = ({ polls, every }: { polls: number; every: number }): string =>
      `${polls} polls, ${formatDuration(every)} apart`;
    add('platform.on', `${platform.on}, network ${platform.network}, datastore ${platform.datastore}`);
    add('platform.vm-image', `${platform.vmImage.name}, ${formatBytes(platform.vmImage.size)}`);
    add('platform.vm-image.trusts', platform.vmImage.trusts.join(', ') || 'none');
    add('platform.node-template.trusts', platform.template.trusts.join(', ') || 'none');
    if (platform.vmImage.timeSync !== undefined)
      add('platform.vm-image.time-sync', formatDuration(platform.vmImage.timeSync));
    if (platform.vmImage.proxyUser !== '') add('platform.vm-image.proxy-user', platform.vmImage.proxyUser);
    add('platform.address-wait', wait(platform.addressWait));
    add('platform.service-wait', wait(platform.serviceWait));
    add('platform.step-limit', formatDuration(platform.stepLimit));
    add('platform.client-limit', formatDuration(platform.clientLimit));
  }
  return values;
}

/** The plan as lines. */
export function planLines(checked: Checked, shown: Shown, paint: Paint): string[] {
  const { scenario, issues } = checked;
  const actions = [...scenario.actions].sort((a, b) => a.at - b.at);
  const faint = (cell: string, column: number): string => (column === 2 ? paint.faint(cell) : cell);
  return [
    `${paint.strong(plain(scenario.name))}   seed ${plain(scenario.seed)}   until ${formatDuration(scenario.until)}`,
    `  ${countsText(countsOf(scenario))}`,
    '',
    'actions',
    ...tableLines(
      actions.map((action) => [
        clockOf(action.at),
        plain(actionText(action)),
        plain(fromOf(checked, shown, action.path)),
      ]),
      { indent: 2, paint: faint },
    ),
    '',
    'values',
    ...tableLines(
      valuesOf(checked, shown).map(({ path, value, from }) => [
        plain(path),
        clip(plain(value), 90),
        plain(from),
      ]),
      { indent: 2, paint: faint },
    ),
    '',
    ...judgementLines(checked, paint),
    ...(issues.length === 0
      ? ['no warnings']
      : issues.map((issue) => issueLine(shownIssue(issue, shown), paint))),
  ];
}

function judgementLines({ scenario }: Checked, paint: Paint): string[] {
  const expected = scenario.expect.map(
    ({ text, by }) => `${text}${by === undefined ? '' : ` by ${formatDuration(by)}`}`,
  );
  const measured = scenario.thresholds.map(({ metric, text }) => `${metric} ${text}`);
  const all = [...expected, ...measured];
  if (all.length === 0)
    return [paint.warn('nothing is expected: the run succeeds when nothing that was asked for fails'), ''];
  return ['must hold', ...all.map((text) => `  ${plain(text)}`), ''];
}

export function perform({ args, options, terminal }: Call): ExitCode {
  const [name = '', ...overlays] = args;
  const part = oneOf('--show', options.show, ['plan', 'merged']);
  const input = readInput(name, overlays, options.set ?? []);
  if (!input.reading.ok) return refuseInput(input, terminal, options.json === true);
  const { checked } = input.reading;
  const { scenario, issues } = checked;
  if (options.json === true) {
    const { shown } = input;
    terminal.json({
      name: scenario.name,
      seed: scenario.seed,
      until: scenario.until,
      counts: countsOf(scenario),
      actions: scenario.actions.map((action) => ({
        at: action.at,
        what: actionText(action),
        place: fromOf(checked, shown, action.path),
      })),
      values: part === 'merged' ? mergedValues(checked, shown) : valuesOf(checked, shown),
      warnings: issues.map((issue) => shownIssue(issue, shown)),
    });
  } else if (part === 'merged') {
    const rows = mergedValues(checked, input.shown).map(({ path, value, from }) => [
      clip(`${plain(path)}: ${plain(value)}`, 100),
      `# ${plain(from)}`,
    ]);
    terminal.print(
      tableLines(rows, { paint: (cell, column) => (column === 1 ? terminal.paint.faint(cell) : cell) }),
    );
  } else if (options.quiet === true) terminal.print(countsText(countsOf(scenario)));
  else terminal.print(planLines(checked, input.shown, terminal.paint));
  return EXIT.done;
}
