/** Sessions of pulls in captures: what each end says, in bytes that read back as what went in. */

import { describe, expect, test } from 'vitest';
import { encode, type Frame } from '../../src/exchange/capture/frame.ts';
import * as tls from '../../src/exchange/capture/tls.ts';
import { Stations } from '../../src/exchange/export/stations.ts';
import { type Session, writeSession } from '../../src/exchange/export/tls-session.ts';
import { readCertificate } from '../../src/exchange/pem/certificate.ts';
import { derOf } from '../../src/exchange/x509/write.ts';
import { sightOf } from '../../src/flows/flow.ts';
import { makeFold } from '../../src/run/program.ts';
import { ca, NOW } from '../support/certificates.ts';
import { ip } from './capture/made.ts';
import { checksums } from './capture/reader.ts';
import { captureOf, connectionsOf, courseOf, tlsRecords } from './export/pulls.ts';

const OPENS = ['> SYN', '< SYN ACK', '> ACK'];
const SHOWS = '< server-hello certificate server-key done';
const GOES_ON = ['> client-key change sealed', '< change sealed', '> data'];
const CLOSES = ['> FIN ACK', '< FIN ACK', '> ACK'];
const TO_HUB = '> CONNECT registry-1.docker.io:443 HTTP/1.1';
const PASSED = '< HTTP/1.1 200 Connection established';

const courses = (frames: readonly Frame[]) => [
  ...new Set(connectionsOf(frames).map((one) => courseOf(one).join('\n'))),
];
const comments = (frames: readonly Frame[]) =>
  frames.flatMap((frame) => (frame.kind === 'tcp' ? (frame.comment ?? []) : []));

describe('a session', () => {
  test('behind a proxy whose root is not trusted ends with an alert, which has a remark', () => {
    const frames = captureOf('tls-proxy');
    expect(courses(frames)).toEqual([
      [...OPENS, TO_HUB, PASSED, '> client-hello', SHOWS, '> alert', ...CLOSES].join('\n'),
    ]);
    expect(comments(frames)).toHaveLength(3);
    expect(comments(frames)[0]).toMatch(
      /^e\d+: mesos-1-zookeeper-1 has no session with registry-1\.docker\.io: x509: .+ unknown authority \(tls\.untrusted-issuer\)$/,
    );
    expect(captureOf('tls-proxy')).toEqual(frames);
  });

  test('that is accepted goes on, and its bodies are not there', () => {
    const frames = captureOf('tls-proxy-ca-injected');
    expect(courses(frames)).toEqual([
      [...OPENS, TO_HUB, PASSED, '> client-hello', SHOWS, ...GOES_ON].join('\n'),
    ]);
    expect(comments(frames)).toEqual([]);
    expect(frames.map(({ at }) => at)).toEqual(frames.map(({ at }) => at).sort((a, b) => a - b));
  });

  test('without a proxy goes to the site itself', () => {
    const frames = captureOf('mesos-works', ['proxies={}']);
    expect(courses(frames)).toEqual([[...OPENS, '> client-hello', SHOWS, ...GOES_ON].join('\n')]);
    expect(connectionsOf(frames)[0]?.[0]).toMatchObject({ toPort: 443 });
  });

  test('that the proxy cannot pass on gets its page', () => {
    const frames = captureOf('mesos-works', ['internet.registry-1.docker.io.up=false']);
    const closes = ['< FIN ACK', '> FIN ACK', '< ACK'];
    expect(courses(frames)).toEqual([
      [...OPENS, TO_HUB, '< HTTP/1.1 503 Service Unavailable', ...closes].join('\n'),
    ]);
    expect(comments(frames)[0]).toMatch(/\(registry\.unreachable\)$/);
  });

  test('that a proxy passes on only to users whom it knows is asked for one, or says one at once', () => {
    const guarded = ['proxies.edge.users=[nodes]'];
    const closes = ['< FIN ACK', '> FIN ACK', '< ACK'];
    const asked = captureOf('mesos-works', guarded);
    expect(courses(asked)).toEqual([
      [...OPENS, TO_HUB, '< HTTP/1.1 407 Proxy Authentication Required', ...closes].join('\n'),
    ]);
    expect(comments(asked)[0]).toMatch(/\(proxy\.authentication\)$/);
    const known = captureOf('mesos-works', [...guarded, 'platform.vm-image.proxy-user=nodes']);
    expect(courses(known)).toEqual([
      [...OPENS, TO_HUB, PASSED, '> client-hello', SHOWS, ...GOES_ON].join('\n'),
    ]);
    const [hello] = connectionsOf(known);
    const words = new TextDecoder().decode(Uint8Array.from(hello?.[3]?.data ?? []));
    expect(words).toContain('\r\nProxy-Authorization: Basic bm9kZXM6c2VjcmV0\r\n\r\n');
  });

  describe('past a box that nobody asks', () => {
    const inTheWay = 'proxies.edge.mode=transparent';
    const down = 'internet.registry-1.docker.io.up=false';

    test('goes to the site itself, without a CONNECT, and gets the leaf of the box', () => {
      const frames = captureOf('tls-proxy', [inTheWay]);
      expect(courses(frames)).toEqual([[...OPENS, '> client-hello', SHOWS, '> alert', ...CLOSES].join('\n')]);
      const straight = connectionsOf(captureOf('mesos-works', ['proxies={}']))[0]?.[0];
      const { dstIp, toPort } = connectionsOf(frames)[0]?.[0] ?? {};
      expect({ dstIp, toPort }).toEqual({ dstIp: straight?.dstIp, toPort: 443 });
    });

    test('is hung up on while the site is down, or gets a page inside where the box opens it', () => {
      const hungUp = captureOf('mesos-works', [inTheWay, down]);
      const course = [...OPENS, '> client-hello', '< FIN ACK', '> FIN ACK', '< ACK'];
      expect(courses(hungUp)).toEqual([course.join('\n')]);
      expect(comments(hungUp)[0]).toMatch(/: EOF \(registry\.unreachable\)$/);
      expect(courses(captureOf('tls-proxy-ca-injected', [inTheWay, down]))).toEqual([
        [...OPENS, '> client-hello', SHOWS, ...GOES_ON].join('\n'),
      ]);
    });

    test('is not there while the box is down', () => {
      expect(courses(captureOf('tls-proxy', [inTheWay, 'proxies.edge.up=false']))).toEqual([]);
    });
  });

  test('with a site inside asks no proxy', () => {
    const frames = captureOf('mesos-works', ['internet.registry-1.docker.io.inside=true']);
    expect(courses(frames)).toEqual([[...OPENS, '> client-hello', SHOWS, ...GOES_ON].join('\n')]);
  });

  test('with a proxy that does not run is reset', () => {
    const frames = captureOf('mesos-works', ['proxies.edge.up=false']);
    expect(courses(frames)).toEqual(['> SYN\n< RST ACK']);
    expect(comments(frames)[0]).toMatch(/\(proxy\.down\)$/);
  });
});

describe('a session by itself', () => {
  const written = (more: Partial<Session>) => {
    const frames: Frame[] = [];
    const session = {
      seq: 7,
      node: 'n',
      segment: 'lan',
      address: ip('10.0.0.9'),
      proxy: '',
      user: '',
      openedAt: 100,
      ...more,
    };
    const host = '10.0.0.5:5000';
    const chain = [ca('leaf', 'root', { serial: '01' })];
    const stations = new Stations(sightOf(makeFold({ seed: 'session' }).world));
    writeSession({ host, chain, ...session }, { kind: 'connected', at: 500 }, stations, (frame) =>
      frames.push(frame),
    );
    return connectionsOf(frames)[0] ?? [];
  };

  test('shows its chain when it is connected, if nobody judged it', () => {
    const connection = written({});
    const flight = connection[courseOf(connection).indexOf(SHOWS)];
    expect([connection[1]?.at, flight?.at]).toEqual([300, 500]);
  });

  test('goes to the port and to the address that the host is, and names no server', () => {
    expect(written({})[0]).toMatchObject({ dstIp: ip('10.0.0.5'), toPort: 5000 });
    const hello = (host: string) => written({ host }).find(({ data }) => data.length > 0)?.data.length ?? 0;
    expect(hello('quay.io') - hello('10.0.0.5')).toBe(16);
  });

  test('keeps its order where no time passes', () => {
    const connection = written({ openedAt: 500, shownAt: 500 });
    expect(courseOf(connection)).toEqual([...OPENS, '> client-hello', SHOWS, ...GOES_ON]);
    expect(connection.map(({ at }) => at)).toEqual(connection.map(({ at }) => at).sort((a, b) => a - b));
  });
});

describe('bytes', () => {
  const frames = captureOf('tls-proxy');

  test('each segment has its checksums, and begins where the one before ended', () => {
    for (const connection of connectionsOf(frames)) {
      const next = new Map<number, number>();
      for (const frame of connection) {
        expect(checksums(encode(frame))).toEqual({ ip: true, tcp: true });
        expect(frame.sequence).toBe(next.get(frame.srcIp) ?? frame.sequence);
        if (frame.flags.includes('ACK')) expect(frame.expects).toBe(next.get(frame.dstIp));
        const counts =
          frame.data.length + (frame.flags.includes('SYN') || frame.flags.includes('FIN') ? 1 : 0);
        next.set(frame.srcIp, (frame.sequence + counts) % 2 ** 32);
      }
    }
  });

  test('a long certificate goes in several segments', () => {
    const names = [
      'registry-1.docker.io',
      ...Array.from({ length: 60 }, (_, i) => `mirror-${i}.registry.example`),
    ];
    const site = `internet.registry-1.docker.io.tls={ issued-by: public-web, names: [${names.join(', ')}] }`;
    const frames = captureOf('mesos-works', ['proxies={}', site]);
    const [connection = []] = connectionsOf(frames);
    const lengths = connection.filter(({ fromPort }) => fromPort === 443).map(({ data }) => data.length);
    expect(lengths.filter((length) => length > 0).slice(0, 2)).toEqual([1460, expect.any(Number)]);
  });

  test('a hello names the server, and none that is an address', () => {
    const random = new Uint8Array(32).fill(7);
    const [hello] = tlsRecords(tls.clientHello(random, 'quay.io'));
    expect(hello).toMatchObject({ type: 22, version: [3, 1] });
    expect(Buffer.from(hello!.content).includes('\0\0\0\x0c\0\x0a\0\0\x07quay.io')).toBe(true);
    expect(tls.clientHello(random, '').length).toBe(tls.clientHello(random, 'quay.io').length - 16);
  });

  test('what is longer than a record goes in two', () => {
    const records = tlsRecords(tls.certificates([new Uint8Array(20_000)]));
    expect(records.map(({ content }) => content.length)).toEqual([16_384, 20_000 + 10 - 16_384]);
  });

  test('a certificate reads back as what it was made of', () => {
    const certificate = ca('issuing', 'root', {
      ...{ serial: '1a2', notAfter: NOW + 40 * 365 * 86_400 },
      subject: { key: 'issuing', cn: 'issuing', o: 'Works' },
      basicConstraints: { ca: true, pathLen: 0, critical: true },
      keyUsage: ['keyCertSign', 'cRLSign'],
      extKeyUsage: ['serverAuth', '1.2.3.4'],
      san: { dns: ['a.example', '*.b.example'], ip: ['10.0.0.1', '2001:db8::1'] },
      nameConstraints: {
        ...{ critical: true, permittedDns: ['corp.example'], excludedDns: ['x.example'] },
        ...{ permittedIp: ['10.0.0.0/8'], excludedIp: [] },
      },
    });
    const { data } = readCertificate(derOf(certificate));
    const { subject, basicConstraints, keyUsage, extKeyUsage, nameConstraints, notBefore, notAfter } =
      certificate;
    expect(data).toMatchObject({
      ...{ version: 3, serial: '01a2', keyKind: 'ec', keyBits: 256, signatureHash: 'sha256' },
      ...{ basicConstraints, keyUsage, extKeyUsage, nameConstraints, notBefore, notAfter },
      subject: { cn: subject.cn, o: subject.o },
      issuer: { cn: 'root' },
    });
    expect(data.san?.dns).toEqual(certificate.san?.dns);
    expect(derOf({ ...certificate })).toEqual(derOf(certificate));
    expect(derOf({ ...certificate, key: 'another' })).not.toEqual(derOf(certificate));
  });

  test('addresses outside are of the range for benchmarks', () => {
    const [[syn] = []] = connectionsOf(frames);
    expect(syn!.dstIp).toBeGreaterThan(ip('198.18.0.0'));
    expect(syn!.dstIp).toBeLessThan(ip('198.19.255.255'));
  });
});
