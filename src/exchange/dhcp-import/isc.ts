/** ISC dhcpd: subnets within groups and shared networks, each inheriting what is said around it. */
import { quote } from '../../scenario/show.ts';
import {
  type Findings,
  type Range,
  type Reservation,
  type Settings,
  SUBNET_LIMIT,
  type Subnet,
} from './found.ts';
import { hostOf } from './isc-host.ts';
import { alone, iscSetting, leaveOut } from './isc-settings.ts';
import { parseIsc, type Statement } from './isc-text.ts';
import type { Sheet } from './sheet.ts';
import { addressOf, networkOf, prefixOfMask } from './values.ts';

/** What subnets of a block share. */
interface Around {
  readonly settings: Settings;
  readonly names: readonly string[];
}

export function readIsc(sheet: Sheet): Findings {
  const reader = new Reader(sheet);
  reader.block(parseIsc(sheet.text.text, sheet), { settings: {}, names: [] });
  return { software: 'isc', subnets: reader.subnets, loose: reader.hosts };
}

/** The statement's first word, which says what it is. */
const headOf = ({ words }: Statement): string => words[0]!.text.toLowerCase();

const isPool = (one: Statement): boolean => one.block !== undefined && headOf(one) === 'pool';

class Reader {
  readonly subnets: Subnet[] = [];
  readonly hosts: Reservation[] = [];
  readonly #sheet: Sheet;

  constructor(sheet: Sheet) {
    this.#sheet = sheet;
  }

  /** A block of declarations. What it says of itself holds for all of it, wherever in it that is said. */
  block(statements: readonly Statement[], outer: Around): void {
    const around = { ...outer, settings: { ...outer.settings, ...this.#settings(statements) } };
    for (const statement of statements) {
      if (statement.block === undefined) this.#stray(statement);
      else this.#declaration(statement, statement.block, around);
    }
  }

  #settings(statements: readonly Statement[]): Settings {
    let found: Settings = {};
    for (const statement of statements)
      if (
        statement.block === undefined &&
        !['range', 'interface', 'pool', 'subnet', 'shared-network', 'host'].includes(headOf(statement))
      )
        found = { ...found, ...iscSetting(statement, this.#sheet) };
    return found;
  }

  /** Statements that are of use in other blocks only. */
  #stray(statement: Statement): void {
    const head = headOf(statement);
    if (head === 'range')
      this.#sheet.syntax(
        statement,
        'this range is in no subnet',
        'write it between the braces of its subnet',
      );
    else if (['pool', 'subnet', 'shared-network', 'host'].includes(head))
      this.#sheet.syntax(statement, `this ${head} has no braces`, `write \`${head} ... { }\``);
  }

  #declaration(statement: Statement, block: readonly Statement[], around: Around): void {
    const head = headOf(statement);
    const name = statement.words[1]?.text ?? '';
    if (head === 'group') this.block(block, around);
    else if (head === 'shared-network') this.#shared(statement, block, around, name);
    else if (head === 'subnet') this.#subnet(statement, block, around);
    else if (head === 'host') for (const one of hostOf(statement, block, this.#sheet)) this.hosts.push(one);
    else leaveOut(statement, this.#sheet);
  }

  #shared(statement: Statement, block: readonly Statement[], { settings }: Around, name: string): void {
    const pools = block.filter(isPool);
    const rest = block.filter((one) => !isPool(one));
    const before = this.subnets.length;
    this.block(rest, { settings, names: [name, statement.remark] });
    if (pools.length > SUBNET_LIMIT)
      this.#sheet.tooLarge(statement, `there are more than ${SUBNET_LIMIT} pools`);
    for (const pool of pools.slice(0, SUBNET_LIMIT)) this.#sharedPool(pool, pool.block ?? [], before);
  }

  /** A pool beside the subnets of a shared network: its ranges belong to the subnets that hold them. */
  #sharedPool(pool: Statement, block: readonly Statement[], from: number): void {
    for (const range of this.#poolRanges(pool, block, false).ranges) {
      const index = this.subnets.findIndex(({ cidr }, i) => {
        return (
          i >= from && range.first >= cidr.network && range.last < cidr.network + 2 ** (32 - cidr.prefix)
        );
      });
      const subnet = this.subnets[index];
      if (subnet !== undefined) this.subnets[index] = { ...subnet, pools: [...subnet.pools, range] };
      else
        this.#sheet.error(
          'address.outside-subnet',
          range,
          'the range is in no subnet of the shared network',
          'a lease from there would be of no use',
          'declare its subnet in the same shared network',
        );
    }
  }

  #subnet(statement: Statement, block: readonly Statement[], around: Around): void {
    const { words, remark } = statement;
    const cidr = this.#cidr(statement);
    const pools = block.filter(isPool);
    const plain = block.filter((one) => one.block === undefined);
    const ranges = plain.filter((one) => headOf(one) === 'range').flatMap((one) => this.#range(one));
    const isOnly = pools.length === 1 && ranges.length === 0;
    let settings = { ...around.settings, ...this.#settings(plain) };
    for (const pool of pools) {
      const inner = this.#poolRanges(pool, pool.block ?? [], isOnly);
      for (const range of inner.ranges) ranges.push(range);
      settings = { ...settings, ...inner.settings };
    }
    for (const one of block) {
      if (one.block === undefined || isPool(one)) continue;
      if (headOf(one) === 'group') this.block(one.block, { settings, names: [] });
      else this.#declaration(one, one.block, { settings, names: [] });
    }
    for (const one of plain) if (headOf(one) !== 'range') this.#stray(one);
    if (cidr === undefined || this.subnets.length > SUBNET_LIMIT) return;
    const port = plain.find((one) => headOf(one) === 'interface')?.words[1]?.text ?? '';
    const names = [...around.names, remark, port];
    const last = words[3] ?? words.at(-1)!;
    this.subnets.push({
      cidr,
      names,
      settings,
      pools: ranges,
      reservations: [],
      from: statement.from,
      to: last.to,
    });
  }

  #cidr({ words, from, to }: Statement) {
    const [, address, word, mask] = words;
    const help = 'write `subnet 10.77.1.0 netmask 255.255.255.0 { ... }`';
    if (
      address === undefined ||
      word?.text.toLowerCase() !== 'netmask' ||
      mask === undefined ||
      words.length > 4
    ) {
      this.#sheet.syntax({ from, to }, 'a subnet has an address and a netmask', help);
      return undefined;
    }
    const network = addressOf(address.text);
    const bits = addressOf(mask.text);
    const prefix = bits === undefined ? undefined : prefixOfMask(bits);
    if (network === undefined) this.#sheet.badValue(address, 'an IPv4 address', help);
    else if (prefix === undefined) this.#sheet.badValue(mask, 'a netmask', help);
    else if (networkOf(network, prefix).network !== network)
      this.#sheet.badValue(address, 'the first address of its network', help);
    else return { network, prefix };
    return undefined;
  }

  #poolRanges(
    pool: Statement,
    block: readonly Statement[],
    isOnly: boolean,
  ): { ranges: Range[]; settings: Settings } {
    const ranges = block
      .filter((one) => headOf(one) === 'range' && one.block === undefined)
      .flatMap((one) => this.#range(one));
    const settings = this.#settings(block);
    for (const one of block) if (one.block !== undefined) leaveOut(one, this.#sheet);
    if (isOnly) return { ranges, settings };
    if (Object.keys(settings).length > 0)
      this.#sheet.leftOut(
        pool.words[0]!,
        'what this pool says for itself',
        'a scenario has one set of terms for each network',
      );
    return { ranges, settings: {} };
  }

  /** `range [dynamic-bootp] low [high]`, in either order. */
  #range({ words, from, to }: Statement): readonly Range[] {
    const ends = words.slice(words[1]?.text.toLowerCase() === 'dynamic-bootp' ? 2 : 1);
    const [low, high = low] = ends;
    if (low === undefined || high === undefined || ends.length > 2) {
      alone(words, words.length - ends.length + 2, this.#sheet);
      return [];
    }
    const wrong = [low, high].find(({ text }) => addressOf(text) === undefined);
    if (wrong !== undefined) {
      this.#sheet.badValue(wrong, 'an IPv4 address', `write two addresses, not ${quote(wrong.text)}`);
      return [];
    }
    const [a = 0, b = 0] = [addressOf(low.text), addressOf(high.text)];
    return [{ first: Math.min(a, b), last: Math.max(a, b), from, to }];
  }
}
