/** Every scenario is a test: what it expects comes true, and its summary is the one beside it. `npm run bless` rewrites the summaries. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judgeExpectations, judgeThresholds } from '../src/inspect/expect.ts';
import { failuresOf } from '../src/inspect/failures.ts';
import { excavate } from '../src/inspect/hidden.ts';
import { measure } from '../src/inspect/metrics.ts';
import { EVENTS_FRAME } from '../src/log/format.ts';
import { provable, prove } from '../src/run/verify.ts';
import { cut } from './log/support.ts';
import { ROOT, run, scenarioFiles, summaryOf } from './support/scenarios.ts';

const BLESS = process.env['BLESS'] === '1';

describe.each(scenarioFiles())('%s', (path) => {
  const ran = run(path);

  it('does what it expects of itself', () => {
    const { expect: expected, thresholds } = ran.checked.scenario;
    expect(expected.length).toBeGreaterThan(0);
    expect(judgeExpectations(ran.history, expected).filter(({ holds }) => !holds)).toEqual([]);
    expect(judgeThresholds(measure(ran.history), thresholds).filter(({ holds }) => !holds)).toEqual([]);
  });

  it('has the summary beside it', () => {
    const file = join(ROOT, path.replace(/\.ya?ml$/, '.summary.txt'));
    if (BLESS) writeFileSync(file, summaryOf(ran));
    expect(existsSync(file), `${file} is missing: npm run bless`).toBe(true);
    expect(summaryOf(ran)).toBe(readFileSync(file, 'utf8'));
  });

  it('leads from each failure to lines of the scenario', () => {
    for (const failure of failuresOf(ran.history, ran.checked)) {
      expect(failure.leaves.length, `${failure.code} at e${failure.top.seq}`).toBeGreaterThan(0);
      for (const { place } of failure.leaves) expect(place.line).toBeGreaterThan(0);
    }
  });

  it('proves itself: the fold hashes to the end frame, and deciding again gives the same events', () => {
    expect(prove(provable(ran.history))).toMatchObject({ ok: true, worldHash: ran.outcome.worldHash });
  });
});

const photon = scenarioFiles().filter((path) => path.startsWith('scenarios/photon/'));

it.each(photon)('%s takes at most 20 bytes an event, checks and chain with them', (path) => {
  const { log, outcome } = run(path);
  const frames = cut(log).filter((frame) => frame[0] === EVENTS_FRAME);
  const bytes = frames.reduce((sum, { length }) => sum + length, 0);
  expect(bytes / outcome.events).toBeLessThanOrEqual(20);
});

describe('failures behind the first', () => {
  const proxied = ['proxies.edge.tls={ intercept: true, re-signs-with: corp-root }'];

  it('finds that DHCP is off behind the proxy, and that mending both cures the run', () => {
    const { history, checked } = run('scenarios/photon/mesos-works.yaml', {
      sets: [...proxied, 'networks.mgmt.dhcp.enabled=false'],
    });
    const { hidden, sets, cured } = excavate(history, checked);
    expect(hidden.map(({ failure }) => failure.code)).toEqual(['address.none']);
    expect(sets).toHaveLength(2);
    expect(cured).toBe(true);
  });

  it('finds the registry that is down behind a leaf that nobody trusts', () => {
    const { history, checked } = run('scenarios/registry/origin-down-behind-proxy.yaml');
    const { hidden, sets, cured } = excavate(history, checked);
    expect(hidden.map(({ failure }) => failure.code)).toEqual(['registry.unreachable']);
    expect(sets).toEqual([
      'platform.node-template.trusts=[corp-root]',
      'internet."registry-1.docker.io".up=true',
    ]);
    expect(cured).toBe(true);
  });

  it.each([
    ['photon/dhcp-off', 'networks.mgmt.dhcp.enabled=true'],
    ['photon/static-inside-scope', 'networks.mgmt.dhcp.scope=10.20.0.14-10.20.0.254'],
    ['photon/scope-exhausted', 'networks.mgmt.dhcp.scope=10.20.0.14-10.20.0.254'],
    ['photon/tls-proxy', 'platform.node-template.trusts=[corp-root]'],
    ['photon/clock-behind', 'hosts.*.clock=0s'],
    [
      'photon/project-too-small',
      'platform.tenants.lab.projects.dev.limits={ vm: 20, vm.cpu: 64, vm.memory: 56GiB }',
    ],
    ['registry/ca-added-to-running-engine', 'do[3]={ at: 40m, restart-engine: mesos-1-slave-1 }'],
    ['registry/rate-limit', 'platform.vm-image.mirror="mirror.corp.example"'],
    ['registry/ca-untrusted', 'platform.node-template.trusts=[corp-root]'],
    ['registry/transparent-proxy', 'platform.node-template.trusts=[corp-root]'],
    ['registry/transparent-down', 'proxies.edge.up=true'],
    ['registry/proxy-asks-for-user', 'platform.vm-image.proxy-user=nodes'],
    ['dhcp/off-at-boot', 'networks.lab.dhcp.enabled=true'],
    ['dhcp/relay-missing', 'networks.vlan-30.relay=true'],
    ['dhcp/acks-lost', 'networks.plant.dhcp.lost-answers=[]'],
    ['dhcp/slow-server-too-slow', 'networks.plant.dhcp.answer-delay=0s'],
    ['dhcp/boot-storm', 'networks.office.dhcp.scope=10.30.0.2-10.30.1.254'],
    ['dhcp/lease-too-short', 'networks.office.dhcp.lease=4h1m'],
    ['dhcp/static-in-scope', 'networks.office.dhcp.scope=10.40.0.24-10.40.0.254'],
  ])('%s is cured by the setting it proposes', (name, set) => {
    const { history, checked } = run(`scenarios/${name}.yaml`);
    expect(excavate(history, checked)).toMatchObject({ sets: [set], cured: true, hidden: [] });
  });
});
