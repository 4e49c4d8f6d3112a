/** `dhcp-option`: [tag:X,...]number or option:name,values. */
import { quote } from '../../scenario/show.ts';
import type { Line } from './dnsmasq-lines.ts';
import { dnsmasqSeconds } from './dnsmasq-range.ts';
import type { Settings } from './found.ts';
import { optionOf, settingOf } from './options.ts';
import type { Sheet } from './sheet.ts';

export interface DnsmasqOption {
  readonly line: Line;
  /** Told only to clients that have all of these. */
  readonly tags: readonly string[];
  readonly settings: Settings;
}

const HELP = 'write `dhcp-option=option:router,10.77.1.1` or `dhcp-option=3,10.77.1.1`';

export function dnsmasqOption(line: Line, sheet: Sheet): DnsmasqOption | undefined {
  const words = [...line.parts];
  const tags: string[] = [];
  while (/^(tag|net):/.test(words[0]?.text ?? '')) tags.push(words.shift()!.text.slice(4));
  if (
    words.length > 1 &&
    /^[A-Za-z][\w-]*$/.test(words[0]!.text) &&
    /^(option:.*|\d{1,3})$/.test(words[1]!.text)
  )
    tags.push(words.shift()!.text);
  const [name, ...values] = words;
  if (name === undefined || name.text === '') {
    sheet.syntax(line, 'here should be an option', HELP);
    return undefined;
  }
  if (/^(encap|vendor|vi-encap|vendorclass|option6):?/.test(name.text)) {
    const reason = name.text.startsWith('option6')
      ? 'only IPv4 is simulated'
      : 'a scenario has no options of vendors';
    sheet.leftOut(line, `the option ${quote(name.text)}`, reason);
    return undefined;
  }
  const option = optionOf(name.text.replace(/^option:/, ''), 'dnsmasq');
  if (option === 'moot') return undefined;
  const what = `the option ${quote(name.text.replace(/^option:/, ''))}`;
  if (option === undefined) sheet.leftOut(line, what, 'a scenario has no word for it');
  else if (values.length === 0)
    sheet.leftOut(line, what, 'it is to be sent to nobody, which a scenario cannot say');
  else if (option.kind === 'addresses' && values.some(({ text }) => text === '0.0.0.0'))
    sheet.leftOut(
      line,
      what,
      '0.0.0.0 stands for the address of the server, which is not known',
      'write the address',
    );
  else return { line, tags, settings: settingOf(option, values, line, sheet, dnsmasqSeconds) };
  return undefined;
}
