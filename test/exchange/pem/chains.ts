/** Chains as drawn by lot: good ones, and ones with what goes wrong in real networks. */
import { cRLSign, digitalSignature, type Key, keyCertSign, makeKey, mint, type Order } from './mint.ts';
import type { Dialled } from './openssl.ts';

type Below = (below: number) => number;

const DAY = 86_400;
const AT = Date.UTC(2016, 4, 24, 12) / 1000;
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
const HOST = 'registry.example.com';

/** A chain under construction, leaf first and root last. */
interface Plan {
  readonly orders: { -readonly [K in keyof Order]: Order[K] }[];
  /** Which of the orders are sent, and which are trusted. */
  sent: number[];
  trusted: number[];
  host: string;
  kind: Dialled['kind'];
  at: number;
}

export interface Drawn {
  readonly dialled: Dialled;
  /** What was done to a good chain. */
  readonly about: string;
}

/** Keys are few, since making them takes time; which of them signs is drawn. */
export function makeKeys(): Readonly<Record<Key['kind'], readonly Key[]>> {
  const some = (kind: Key['kind'], count: number) => Array.from({ length: count }, () => makeKey(kind));
  return { p256: some('p256', 10), rsa2048: some('rsa2048', 5), rsa1024: some('rsa1024', 3) };
}

type Keys = ReturnType<typeof makeKeys>;

function goodPlan(below: Below, keys: Keys): Plan {
  const depth = 2 + below(3);
  const pool = [...(below(2) === 0 ? keys.p256 : keys.rsa2048)];
  const key = pool.map((one) => ({ one, rank: below(1e6) })).sort((a, b) => a.rank - b.rank);
  const orders = Array.from({ length: depth }, (_, i): Order => {
    const isRoot = i === depth - 1;
    const up = isRoot ? i : i + 1;
    const name = (at: number) => (at === 0 ? HOST : at === depth - 1 ? 'Root CA' : `Issuing CA ${at}`);
    return {
      subject: name(i),
      issuer: name(up),
      key: key[i]!.one,
      signKey: key[up]!.one,
      serial: 100 + i,
      notBefore: AT - 100 * DAY * (i + 1),
      notAfter: AT + 100 * DAY * (i + 1),
      ca: i === 0 ? false : {},
      keyUsage: i === 0 ? digitalSignature : keyCertSign | cRLSign,
      ...(i === 0 && { extKeyUsage: [SERVER_AUTH], dns: [HOST, '*.mirror.example.com'] }),
    };
  });
  return {
    orders,
    sent: orders.map((_, i) => i).slice(0, -1),
    trusted: [depth - 1],
    host: HOST,
    kind: 'dns',
    at: AT,
  };
}

type Change = (plan: Plan, below: Below, keys: Keys) => string | undefined;

/** One of the chain, or one that signs. */
const any = ({ orders }: Plan, below: Below): number => below(orders.length);
const signer = ({ orders }: Plan, below: Below): number => 1 + below(orders.length - 1);

const CHANGES: readonly Change[] = [
  (plan, below) => {
    const i = any(plan, below);
    plan.orders[i]!.notAfter = plan.at - below(3);
    return `${i} expires at about this second`;
  },
  (plan, below) => {
    const i = any(plan, below);
    plan.orders[i]!.notBefore = plan.at + below(3) - 1;
    return `${i} begins at about this second`;
  },
  (plan, below) => {
    plan.at += (below(2) === 0 ? -1 : 1) * DAY * 150 * (1 + below(3));
    return 'the clock is far off';
  },
  (plan, below) => {
    if (plan.sent.length < 2) return undefined;
    const [gone] = plan.sent.splice(1 + below(plan.sent.length - 1), 1);
    return `${gone} is not sent`;
  },
  (plan) => {
    plan.trusted = [];
    return 'nothing is trusted';
  },
  (plan) => {
    plan.trusted = [];
    plan.sent.push(plan.orders.length - 1);
    return 'the root is sent and not trusted';
  },
  (plan, below) => {
    plan.trusted = [any(plan, below)];
    return `${plan.trusted} alone is trusted`;
  },
  (plan) => {
    plan.sent.reverse().unshift(plan.sent.pop()!);
    return 'issuers are sent in reverse';
  },
  (plan, below) => {
    plan.sent.push(any(plan, below));
    return 'one is sent twice or for nothing';
  },
  (plan, below) => {
    plan.host = ['other.example.com', 'a.mirror.example.com', 'a.b.mirror.example.com', HOST.toUpperCase()][
      below(4)
    ]!;
    plan.kind = 'dns';
    return `${plan.host} is dialled`;
  },
  (plan, below) => {
    plan.host = '10.20.30.40';
    plan.kind = 'ip';
    const [leaf] = plan.orders;
    if (below(2) === 0) leaf!.ip = [['10.20.30.40', '10.20.30.41'][below(2)]!];
    return `an address is dialled, and ${leaf!.ip} is named`;
  },
  (plan) => {
    delete plan.orders[0]!.dns;
    return 'the leaf has a common name only';
  },
  (plan, below) => {
    const i = any(plan, below);
    plan.orders[i]!.extKeyUsage = [[CLIENT_AUTH], [CLIENT_AUTH, SERVER_AUTH], ['2.5.29.37.0']][below(3)]!;
    return `${i} is for ${plan.orders[i]!.extKeyUsage}`;
  },
  (plan, below) => {
    const i = signer(plan, below);
    plan.orders[i]!.ca = { pathLen: below(2) };
    return `${i} allows a path of ${JSON.stringify(plan.orders[i]!.ca)}`;
  },
  (plan, below) => {
    const i = signer(plan, below);
    if (below(2) === 0) plan.orders[i]!.ca = false;
    else delete plan.orders[i]!.ca;
    return `${i} is no authority`;
  },
  (plan, below) => {
    const i = any(plan, below);
    if (below(2) === 0) plan.orders[i]!.keyUsage = cRLSign;
    else delete plan.orders[i]!.keyUsage;
    return `${i} has another key usage`;
  },
  (plan, below) => {
    const i = any(plan, below);
    plan.orders[i]!.version = 1;
    return `${i} is of version 1`;
  },
  (plan, below) => {
    const i = signer(plan, below);
    plan.orders[i]!.permitted = [['example.com'], ['.example.com'], ['example.org', 'corp.test']][below(3)]!;
    return `${i} permits ${plan.orders[i]!.permitted}`;
  },
  (plan, below) => {
    const i = signer(plan, below);
    plan.orders[i]!.excluded = [['example.com'], [HOST], ['example.org']][below(3)]!;
    return `${i} excludes ${plan.orders[i]!.excluded}`;
  },
  (plan, below) => {
    const i = any(plan, below);
    plan.orders[i]!.hash = 'sha1';
    return `${i} is signed with SHA-1`;
  },
  (plan, below, keys) => {
    const i = any(plan, below);
    const weak = keys.rsa1024[below(keys.rsa1024.length)]!;
    const { key } = plan.orders[i]!;
    for (const order of plan.orders) {
      if (order.key === key) order.key = weak;
      if (order.signKey === key) order.signKey = weak;
    }
    return `${i} has an RSA key of 1024 bits`;
  },
  (plan, below) => {
    const i = any(plan, below);
    plan.orders[i]!.tampered = true;
    return `the signature of ${i} is damaged`;
  },
  (plan, below) => {
    const i = any(plan, below);
    plan.orders[i]!.critical = ['1.3.6.1.4.1.55555.1'];
    return `${i} has an unknown critical extension`;
  },
  (plan, below, keys) => {
    const i = any(plan, below);
    plan.orders[i]!.signKey = keys.p256[below(keys.p256.length)]!;
    return `${i} is signed by a stranger`;
  },
  (plan) => {
    for (const order of plan.orders) order.keyIds = false;
    return 'nobody names keys';
  },
  (plan) => {
    const [leaf] = plan.orders;
    leaf!.issuer = leaf!.subject;
    leaf!.signKey = leaf!.key;
    plan.sent = [0];
    return 'the leaf signed itself';
  },
];

/** A chain with none to three of these. */
export function drawChain(below: Below, keys: Keys): Drawn {
  const plan = goodPlan(below, keys);
  const done: string[] = [];
  for (let n = below(4); n > 0; n -= 1) done.push(CHANGES[below(CHANGES.length)]!(plan, below, keys) ?? '');
  const minted = plan.orders.map(mint);
  const { host, kind, at } = plan;
  const blocks = (which: readonly number[]) => which.map((i) => minted[i]!);
  const dialled = { sent: blocks(plan.sent), trusted: blocks(plan.trusted), host, kind, at };
  return {
    dialled: { ...dialled, partialChain: below(5) === 0 },
    about: `${plan.orders.length} certificates; ${done.join('; ')}`,
  };
}
