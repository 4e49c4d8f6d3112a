/** The renderers on a real run, in this process. */
import { describe, expect, test } from 'vitest';
import { becauseLines, becauseOf, placesOf } from '../../src/cli/because.ts';
import { headOf } from '../../src/cli/failure-view.ts';
import { asNamed } from '../../src/cli/input.ts';
import { valueText } from '../../src/cli/judgement-view.ts';
import { labelsOf } from '../../src/cli/labels.ts';
import { NO_PAINT, paintFor } from '../../src/cli/paint.ts';
import { patched, patchFor, tryLine } from '../../src/cli/paste.ts';
import { assemble, type Report } from '../../src/cli/report.ts';
import { reportLines } from '../../src/cli/report-view.ts';
import { TEMPLATES, templateText } from '../../src/cli/templates.ts';
import { timelineLines, timelineOf } from '../../src/cli/timeline.ts';
import { check } from '../../src/index.ts';
import type { Failure } from '../../src/inspect/failures.ts';
import type { Remedy } from '../../src/inspect/remedy.ts';
import { run } from '../support/scenarios.ts';

function reportOf(file: string, sets: readonly string[] = []): Report {
  const { history, checked } = run(`scenarios/photon/${file}`, { sets });
  return assemble({ history, checked, shown: asNamed, command: ['premortem', 'run', file], hidden: true });
}

const report = reportOf('tls-proxy.yaml');
const failure = report.outcomes[0] as Failure;
const filed = { path: 'runs/x.pmlog', identity: '', how: 'new' } as const;

describe('an explanation', () => {
  const lines = becauseLines(
    becauseOf(report.history, failure.because, placesOf(failure, asNamed)),
    NO_PAINT,
  );

  test('begins with the symptom and ends in lines of the scenario', () => {
    expect(lines[0]).toContain('create-cluster failed');
    expect(lines.join('\n')).toContain('edge re-signs TLS sessions with corp-root  tls-proxy.yaml:9');
    expect(lines.join('\n')).toContain('photon-os trusts public-web  mesos-works.yaml:62');
    expect(lines.join('\n')).toContain('installs none  tls-proxy.yaml:10');
  });

  test('tells alike things once', () => {
    expect(lines.filter((line) => line.includes('gave up waiting'))).toHaveLength(1);
    expect(lines.join('\n')).toMatch(/\(and 2 alike: e\d+, e\d+\)/);
  });

  test('keeps within a width', () => {
    const narrow = becauseLines(
      becauseOf(report.history, failure.because, placesOf(failure, asNamed)),
      NO_PAINT,
      90,
    );
    const words = narrow.filter((line) => !line.includes('https://'));
    expect(Math.max(...words.map((line) => line.length))).toBeLessThanOrEqual(90);
  });

  test('labels its lines in a few words', () => {
    expect([...labelsOf(failure).values()].sort()).toEqual([
      'installs none',
      'signs with corp-root',
      'trusts public-web',
    ]);
  });
});

describe('a report', () => {
  const lines = reportLines(report, timelineOf(report.history, 'story'), filed, NO_PAINT);
  const text = lines.join('\n');

  test('says what failed, what the operator reads, and what would help', () => {
    expect(headOf(report, failure)).toContain('cluster mesos-1 failed');
    expect(text).toContain('expected[tls.untrusted-issuer]');
    expect(text).toContain('the operator reads: Failed to rollout zookeeper. Error: Wait period expired');
    expect(text).toContain(
      "try: premortem run tls-proxy.yaml --set 'platform.node-template.trusts=[corp-root]'",
    );
    expect(text).toContain('✓ tried: with this change nothing fails');
  });

  test('ends with the verdict', () => {
    expect(lines.at(-1)).toMatch(/^✓ tls-proxy: 3 of 3 expectations/);
    expect(report.verdict.exit).toBe(0);
  });

  test('has no colour unless it is painted', () => {
    expect(text).not.toContain('\u001b');
    expect(
      reportLines(report, timelineOf(report.history, 'story'), filed, paintFor(true)).join(''),
    ).toContain('\u001b[');
  });

  test('digs up what hides behind the first failure', () => {
    const sets = [
      'networks.mgmt.dhcp.enabled=false',
      'proxies.edge.tls={ intercept: true, re-signs-with: corp-root }',
    ];
    const both = reportOf('mesos-works.yaml', sets);
    const shown = reportLines(both, timelineOf(both.history, 'story'), filed, NO_PAINT).join('\n');
    expect(shown).toContain('error[tls.untrusted-issuer]');
    expect(shown).toContain('not enough on its own: address.none would stop it next');
    expect(shown).toContain('with these 2 changes nothing fails');
    expect(shown).not.toContain('dhcp.enabled=false');
    expect(both.verdict.exit).toBe(3);
  });

  test('a run that hits a bound names it and what went round', () => {
    const { history, checked } = run('scenarios/photon/mesos-works.yaml', { bounds: { events: 100 } });
    const { verdict } = assemble({ history, checked, shown: asNamed, command: [], hidden: true });
    expect(verdict.exit).toBe(3);
    expect(verdict.sentence).toMatch(/stopped: more than 100 events \(bound events\); what went round: /);
  });

  test('a story fits about thirty lines, everything does not', () => {
    expect(timelineLines(timelineOf(report.history, 'story'), NO_PAINT).length).toBeLessThan(35);
    expect(timelineOf(report.history, 'quiet').lines).toHaveLength(report.history.events.length);
  });
});

describe('a patch', () => {
  test.each([
    'dhcp-off.yaml',
    'tls-proxy.yaml',
    'static-inside-scope.yaml',
    'clock-behind.yaml',
    'project-too-small.yaml',
  ])('for %s is offered only when it says what the remedy says', (file) => {
    const one = reportOf(file);
    const remedy = one.remedies.get(one.outcomes[0] as Failure) as Remedy;
    const patch = patchFor(remedy, one.history, one.checked);
    if (patch === undefined) return;
    const files = Object.fromEntries(
      one.history.sources.map((source) => [
        source.name,
        source.name === patch.file ? patched(source, patch).text : source.text,
      ]),
    );
    const reading = check({ file: one.history.options.file, files });
    const wanted = check(
      {
        file: one.history.options.file,
        files: Object.fromEntries(one.history.sources.map(({ name, text }) => [name, text])),
      },
      { sets: [remedy.set] },
    );
    if (!reading.ok || !wanted.ok) throw new Error('the patched scenario does not check');
    expect(reading.checked.scenario).toEqual(wanted.checked.scenario);
  });

  test('replaces a value in place', () => {
    const patch = patchFor(report.remedies.get(failure) as Remedy, report.history, report.checked);
    expect(patch).toMatchObject({ file: 'tls-proxy.yaml', line: 10, added: false });
  });

  test('the command leaves out what it replaces', () => {
    const line = tryLine(['premortem', 'run', 'x.yaml'], ['a.b.c=1', 'd=2'], ['a.b={ c: 3 }']);
    expect(line).toBe("premortem run x.yaml --set d=2 --set 'a.b={ c: 3 }'");
  });
});

test.each(TEMPLATES)('the template %s checks without an error', (name) => {
  const reading = check({ file: 'x.yaml', text: templateText(name, 'x', '') });
  expect(reading.ok).toBe(true);
});

test('values carry their unit', () => {
  expect(valueText(457_000_123, 'duration')).toBe('7m37s');
  expect(valueText(0.125, 'share')).toBe('12.5%');
  expect(valueText(undefined, 'count')).toContain('no value');
});
