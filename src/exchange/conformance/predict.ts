/** Predicts a recorded DHCP case from its set-up: the models run it, and what a sniffer would have seen is told. */
import type { DhcpRequest, Oddity, RequestKind } from '../../base/dhcp.ts';
import { formatIpv4 } from '../../base/ipv4.ts';
import { type Micros, SECOND } from '../../base/units.ts';
import { type Sight, sightOf } from '../../flows/flow.ts';
import type { Engine } from '../../kernel/engine.ts';
import type { CommandOf, ModelName } from '../../models/index.ts';
import { makeEngine } from '../../run/program.ts';
import { type Sniffed, sniff } from '../sniff.ts';
import { type LeaseRow, leaseRows } from './leases.ts';
import { address, clientSettings, programOf, serverSettings, softwareOf } from './programs.ts';
import type { Action, Effective, Node, Setup, Stimulus } from './setup.ts';

/** What is printed for a case. */
export interface Prediction {
  readonly messages: readonly Readonly<Record<string, unknown>>[];
  readonly outcome: {
    readonly clients: Readonly<Record<string, { readonly final_address: string | null }>>;
    readonly server_leases: Readonly<Record<string, readonly LeaseRow[]>>;
  };
}

const micros = (seconds: number): Micros => Math.max(0, Math.round(seconds * SECOND));

/** The segments of the clients and of the servers: one, or two with something between them. */
interface Wires {
  readonly near: string;
  readonly far: string;
}

class Case {
  readonly #setup: Setup;
  readonly #engine: Engine;
  readonly #world: Sight;
  readonly #wires: Wires;
  readonly #seen: Sniffed[] = [];
  readonly #servers = new Map<
    string,
    { addresses: readonly number[]; step: number; running: boolean; startedAt: Micros }
  >();

  constructor(setup: Setup, seed: string) {
    this.#setup = setup;
    this.#engine = makeEngine({ seed, ties: 0, bounds: {} });
    const isSplit = setup.segments !== null && setup.segments !== undefined;
    this.#wires = isSplit ? { near: 'a', far: 'b' } : { near: 'lan', far: 'lan' };
    const { world } = this.#engine;
    this.#world = sightOf(world);
    this.#engine.recorder = {
      append: (_kind, { at, entity }, _draws, event) => {
        const ref = world.entities[entity]?.ref ?? '';
        const message = sniff({ seq: this.#engine.count - 1, at, entity: ref, event }, this.#world);
        if (message !== undefined) this.#seen.push(message);
      },
    };
  }

  predict(): Prediction {
    for (const name of new Set([this.#wires.near, this.#wires.far]))
      this.#ask('segment', name, { type: 'declare', network: 0, prefix: 0, gateway: 0, vlan: 0 }, 0);
    for (const node of this.#setup.nodes) this.#prepare(node);
    for (const action of this.#setup.actions) this.#act(action);
    for (const stimulus of this.#setup.stimuli ?? []) this.#stimulate(stimulus);
    this.#engine.run(micros(this.#setup.end));
    return { messages: this.#seen.map((one) => this.#row(one)), outcome: this.#outcome() };
  }

  #ask<M extends ModelName>(model: M, name: string, command: CommandOf<M>, due: Micros): void {
    this.#engine.ask([
      { to: `${model}/${name}`, due, command: command as never, path: this.#setup.case, file: '', line: 0 },
    ]);
  }

  #node(name: string): Node | undefined {
    return this.#setup.nodes.find((node) => node.name === name);
  }

  // ---- the set-up ----------------------------------------------------------------------------------------

  #prepare(node: Node): void {
    const { near, far } = this.#wires;
    const { params } = this.#setup;
    if (node.role === 'server') {
      this.#servers.set(node.name, {
        addresses: [address(node.ip ?? params.server_ip)],
        step: 0,
        running: false,
        startedAt: 0,
      });
      this.#configure(node, 0);
    }
    if (near === far) return;
    const line = {
      near,
      far,
      nearAddress: 0,
      farAddress: 0,
      servers: [],
      option82: false,
      delayToServer: micros(params.delay_client_to_server_s ?? 0),
      delayToClient: micros(params.delay_server_to_client_s ?? 0),
      losses: (params.dropped ?? []).map(({ type, which }) => ({ kind: type, which })),
      enabled: true,
    };
    if (node.role === 'delay-line') this.#ask('relay', node.name, { type: 'declare', ...line }, 0);
    if (node.role !== 'relay+router' || !params.relay) return;
    const { client_side, server_side, option82 } = params.relay;
    const agent = {
      ...line,
      nearAddress: address(client_side),
      farAddress: address(server_side),
      servers: [address(params.server_ip)],
      option82: option82 ?? false,
      enabled: false,
    };
    this.#ask('relay', node.name, { type: 'declare', ...agent }, 0);
  }

  /** The scope of the clients' segment; where a relay stands between, the server's own segment has an empty one. */
  #configure(node: Node, due: Micros): void {
    const server = this.#servers.get(node.name);
    const steps = node.effective ?? [];
    const effective = steps[Math.min(server?.step ?? 0, steps.length - 1)];
    if (server === undefined || effective === undefined) return;
    const software = softwareOf(node.software ?? '');
    const { near, far } = this.#wires;
    const isRelayed = near !== far && Boolean(this.#setup.params.relay);
    const common = {
      type: 'configure' as const,
      enabled: server.running,
      software,
      addresses: server.addresses,
      settings: serverSettings(software, effective),
    };
    const [first, last] = effective.pool.map(address) as [number, number];
    const prefix = prefixOf(effective);
    const network = first - (first % 2 ** (32 - prefix));
    const own = server.addresses[0] ?? 0;
    if (isRelayed) {
      const away = { segment: far, network: own - (own % 256), prefix: 24, router: own, ranges: [] };
      this.#ask('dhcp', node.name, { ...common, ...away }, due);
    }
    const segment = isRelayed ? near : far;
    this.#ask(
      'dhcp',
      node.name,
      { ...common, segment, network, prefix, router: own, ranges: [first, last] },
      due,
    );
    for (const [mac, ip] of effective.reservations ?? [])
      this.#ask(
        'dhcp',
        node.name,
        { type: 'reserve', segment, address: address(ip), mac, clientId: '' },
        due,
      );
  }

  // ---- what is done ----------------------------------------------------------------------------------------

  #act(action: Action): void {
    const node = this.#node(action.node);
    if (node === undefined) return;
    const due = micros(action.t);
    if (node.role === 'server') this.#actOnServer(node, action, due);
    else if (node.role === 'client') this.#actOnClient(node, action, due);
    else if (node.role === 'relay+router' && (action.do === 'start' || action.do === 'stop'))
      this.#ask('relay', node.name, { type: action.do }, due);
    const holder = `machine/${node.name}`;
    const station = node.role === 'server' ? `dhcp/${node.name}` : holder;
    const segment = node.role === 'server' ? this.#wires.far : this.#wires.near;
    if (action.do === 'link-down' || action.do === 'link-up')
      this.#ask('segment', segment, { type: 'port', station, up: action.do === 'link-up' }, due);
    const claimed = address(action.address);
    if (action.do === 'add-address')
      this.#ask(
        'segment',
        segment,
        { type: 'claim', address: claimed, holder, how: 'static', facts: [] },
        due,
      );
    if (action.do === 'announce-address')
      this.#ask('segment', segment, { type: 'announce', address: claimed, holder }, due);
  }

  #actOnServer(node: Node, action: Action, due: Micros): void {
    const server = this.#servers.get(node.name);
    if (server === undefined) return;
    switch (action.do) {
      case 'start':
      case 'stop':
        server.running = action.do === 'start';
        if (server.running) server.startedAt = due;
        this.#ask('dhcp', node.name, { type: action.do }, due);
        return;
      case 'set-addresses':
        server.addresses = (action.addresses ?? []).map(address);
        this.#configure(node, due);
        return;
      case 'move-scope':
        server.step += 1;
        if (this.#setup.params.lease_database_kept === false)
          this.#ask('dhcp', node.name, { type: 'forget-leases' }, due);
        this.#configure(node, due);
        return;
      case 'remove-leases':
        this.#ask('dhcp', node.name, { type: 'forget-leases' }, due);
    }
  }

  #actOnClient(node: Node, action: Action, due: Micros): void {
    const { name } = node;
    if (action.do === 'start') {
      const program = programOf(node.software ?? '');
      const hooked = this.#setup.params.client_options?.arp === 1;
      const settings = clientSettings(program, node, hooked);
      const start = {
        segment: this.#wires.near,
        program,
        holder: `machine/${name}`,
        mac: node.mac ?? '',
        settings,
      };
      this.#ask('dhcp-client', name, { type: 'start', ...start }, due);
    } else if (action.do === 'signal') this.#ask('dhcp-client', name, { type: 'release' }, due);
    else if (action.do === 'stop') {
      const isReleased = action['then'] !== undefined;
      const type = isReleased ? 'release' : action.signal === 'SIGTERM' ? 'stop' : 'halt';
      this.#ask('dhcp-client', name, { type }, isReleased ? due + SECOND / 10 : due);
    }
  }

  // ---- a scripted client -----------------------------------------------------------------------------------

  #stimulate({ t, from, sent }: Stimulus): void {
    const due = Math.max(micros(t), this.#engine.now);
    this.#engine.run(due);
    const client = from ?? sent.mac;
    const request: DhcpRequest = {
      kind: sent.send as RequestKind,
      client,
      segment: this.#wires.far,
      mac: sent.mac,
      clientId: sent.client_id ?? '',
      xid: sent.xid,
      secs: sent.secs ?? 0,
      broadcast: sent.broadcast ?? false,
      to: address(sent.dst_ip),
      ciaddr: this.#resolve(sent.ciaddr, sent.mac),
      giaddr: 0,
      requested: this.#resolve(sent.requested, sent.mac),
      serverId: address(sent.server_id),
      // A wish for nothing is one for the shortest lease; 0 stands for no wish.
      wish: sent.lease_time === undefined ? 0 : Math.max(1, sent.lease_time),
      oddity: oddityOf(sent),
    };
    for (const name of this.#servers.keys()) this.#ask('dhcp', name, { type: 'hear', request }, due + 300);
  }

  /** An address, or a reference to one of an answer: `$yiaddr`, `$yiaddr of MAC`, `$yiaddr N of MAC`. */
  #resolve(text: string | undefined, mac: string): number {
    const reference = /^\$yiaddr(?: (\d+))?(?: of (\S+))?$/.exec(text ?? '');
    if (reference === null) return address(text);
    const of = reference[2] ?? mac;
    const given = this.#seen.flatMap((one) =>
      one.kind === 'reply' && one.reply.mac === of && one.reply.yiaddr !== 0 ? [one.reply.yiaddr] : [],
    );
    return (reference[1] === undefined ? given.at(-1) : given[Number(reference[1]) - 1]) ?? 0;
  }

  // ---- what was seen ---------------------------------------------------------------------------------------

  #row(one: Sniffed): Record<string, unknown> {
    const { near, far } = this.#wires;
    const place = {
      t: one.at / SECOND,
      ...(near === far ? {} : { seg: one.segment }),
      from: this.#senderOf(one),
    };
    switch (one.kind) {
      case 'request': {
        const { kind, to, mac, xid, secs, broadcast, ciaddr, giaddr, requested, serverId } = one.request;
        const fields = { ciaddr, giaddr, requested, server_id: serverId };
        return {
          ...place,
          kind: 'dhcp',
          type: kind,
          ...where(to),
          chaddr: mac,
          xid_n: xid,
          secs,
          broadcast,
          ...shown(fields),
        };
      }
      case 'reply': {
        const { kind, to, mac, xid, broadcast, yiaddr, ciaddr, giaddr, serverId, lease, words } = one.reply;
        const { secs, t1, t2 } = one.reply;
        const fields = { yiaddr, ciaddr, giaddr, server_id: serverId };
        const times = {
          ...(lease > 0 ? { lease_time: lease } : {}),
          ...(t1 > 0 ? { t1 } : {}),
          ...(t2 > 0 ? { t2 } : {}),
        };
        const message = words === '' ? {} : { message: words };
        const row = {
          ...place,
          kind: 'dhcp',
          type: kind,
          ...where(to),
          chaddr: mac,
          xid_n: xid,
          secs,
          broadcast,
        };
        return { ...row, ...shown(fields), ...times, ...message };
      }
      case 'check': {
        const how =
          one.by === 'arp'
            ? { kind: 'arp', type: 'arp-request' }
            : { kind: 'icmp', type: 'icmp-echo-request' };
        return { ...place, ...how, target: formatIpv4(one.address) };
      }
      default:
        return { ...place, kind: 'arp', type: one.kind, target: formatIpv4(one.address) };
    }
  }

  /** A relay's frames are its interfaces'; a line, and a router with what it merely routes on the far side, keeps the sender's name. */
  #senderOf(one: Sniffed): string {
    const name = one.from.slice(one.from.indexOf('/') + 1);
    if (!one.from.startsWith('relay/')) return name;
    if (this.#node(name)?.role === 'relay+router') return `${name}.${one.segment === 'a' ? 'eth0' : 'eth1'}`;
    if (one.kind === 'request') return one.request.client;
    return one.kind === 'reply' ? one.reply.server : name;
  }

  #outcome(): Prediction['outcome'] {
    const clients: Record<string, { final_address: string | null }> = {};
    const leases: Record<string, readonly LeaseRow[]> = {};
    for (const { name, role } of this.#setup.nodes) {
      if (role === 'client') clients[name] = { final_address: this.#finalAddress(name) };
      if (role === 'server') leases[name] = this.#leases(name);
    }
    return { clients, server_leases: leases };
  }

  #finalAddress(name: string): string | null {
    const client = this.#world.state('dhcp-client', name);
    if (client === undefined || client.phase === 'off') return null;
    if (['bound', 'renewing', 'rebinding', 'no carrier'].includes(client.phase))
      return formatIpv4(client.address);
    return client.localHeld ? formatIpv4(client.local) : null;
  }

  #leases(name: string): readonly LeaseRow[] {
    const server = this.#world.state('dhcp', name);
    if (server === undefined) return [];
    return leaseRows(server, this.#servers.get(name)?.startedAt ?? 0, micros(this.#setup.end));
  }
}

const where = (to: number) => ({ to: to === 0 ? 'broadcast' : 'unicast' });

const shown = (fields: Readonly<Record<string, number>>) =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]) => (value === 0 ? [] : [[key, formatIpv4(value)]])),
  );

function oddityOf({ send, op, htype, cookie, truncate }: Stimulus['sent']): Oddity | '' {
  if (cookie !== undefined && cookie !== '63825363') return 'no-cookie';
  if (truncate !== undefined || send === 'BOOTP') return 'cut-off';
  if (op === 2) return 'reply-opcode';
  return htype !== undefined && htype !== 1 ? 'other-hardware' : '';
}

function prefixOf({ mask, subnet }: Effective): number {
  const fromSubnet = subnet?.split('/')[1];
  if (fromSubnet !== undefined) return Number(fromSubnet);
  return mask ? 32 - Math.log2(2 ** 32 - address(mask)) : 24;
}

/** Predicts one case. Random choices of clients come from the seed, which is the same for all cases. */
export const predict = (setup: Setup, seed = 'conformance'): Prediction => new Case(setup, seed).predict();
