/** Pages of what `import dhcp` can find in the configuration of a real server. */
import type { Page } from './pages-page.ts';

export const IMPORT_PAGES: readonly Page[] = [
  {
    code: 'import.format',
    title: 'The file is not known as a DHCP configuration',
    means:
      'Nothing in the file tells which server it is for: no `dhcp-range`, no `subnet` block, no `Dhcp4` object. An error; nothing is imported.',
    real: 'dnsmasq reads lines of `key=value`, ISC dhcpd reads blocks in braces, Kea reads JSON with comments. A file of other products, or one that only includes further files, looks like none of them.',
    rehearse: 'Run `premortem import dhcp` on a text file, such as a README.',
    fix: 'Say which product it is with --format dnsmasq, kea or isc, or name the file that holds the subnets; files that it includes are not followed and must be imported one by one.',
  },
  {
    code: 'import.syntax',
    title: 'The file breaks the rules of its own language',
    means:
      'A brace, a quote, a semicolon or a comma is missing or too many, so that what follows cannot be understood. An error with the place where reading stopped; nothing is imported.',
    real: 'ISC dhcpd says `semicolon expected` and `Configuration file errors encountered -- exiting`, Kea says `syntax error, unexpected` with line and column, dnsmasq says `bad option at line`. None of them starts with such a file.',
    rehearse: 'Run `premortem import dhcp` on a dhcpd.conf whose last closing brace is missing.',
    fix: 'Mend the file at the place shown; test it with `dhcpd -t -cf`, `kea-dhcp4 -t` or `dnsmasq --test` before the server reads it.',
  },
  {
    code: 'import.value',
    title: 'A value is none, or contradicts another one',
    means:
      'An address, a time or a hardware address cannot be read, or two reservations claim one address or one client. An error where the server would refuse it, a warning where it would go on with another value.',
    real: 'dnsmasq raises leases of less than 120 s to 120 s (facts/dhcp.md section 4). Kea refuses two reservations of one address in a subnet; ISC dhcpd takes the last of two equal hosts.',
    rehearse: 'Run `premortem import dhcp` on a dnsmasq.conf with `dhcp-range=10.0.0.10,10.0.0.20,60`.',
    fix: 'Correct the value at the place shown. When it is a warning, compare what was imported with what you mean, and write that into the scenario.',
  },
  {
    code: 'import.not-understood',
    title: 'A part of the configuration was left out',
    means:
      'The server may well understand this statement, but a scenario has no way to say it. Everything else was imported. It is a warning, and each such statement is named with its place.',
    real: 'Client classes, conditions, failover, hooks and allow or deny lists decide who gets what on real servers. The simulated ones treat all clients of a scope alike.',
    rehearse: 'Run `premortem import dhcp` on a dhcpd.conf with `deny unknown-clients;` in a pool.',
    fix: 'Decide whether it matters for what you rehearse. Where it does, say the result of it instead: a smaller scope, an `exclude`, a reservation, a second server.',
  },
  {
    code: 'import.not-followed',
    title: 'Another file was not read',
    means:
      'The configuration includes a file or a folder. Only the file named on the command line is read, so what stands in the others is missing from the result. A warning for each.',
    real: 'dnsmasq has `conf-file` and `conf-dir`, `dhcp-hostsfile` and `dhcp-optsfile`; ISC dhcpd has `include`; Kea has an include directive in angle brackets. Distributions often keep reservations in such files.',
    rehearse: 'Run `premortem import dhcp` on a dnsmasq.conf with `conf-dir=/etc/dnsmasq.d`.',
    fix: 'Put the files together into one, in the order in which the server reads them, and import that; or import each and join the networks by hand.',
  },
  {
    code: 'import.guessed',
    title: 'A netmask was guessed',
    means:
      'A range is given without its netmask, and the smallest usual subnet that holds both ends was taken. A warning: the `cidr` of the network may be wrong.',
    real: 'dnsmasq takes the netmask of the interface on which a request arrives, which the file does not tell; only for ranges behind a relay must it be written.',
    rehearse:
      'Run `premortem import dhcp` on a dnsmasq.conf with nothing but `dhcp-range=10.0.0.10,10.0.0.20`.',
    fix: 'Write the netmask behind the addresses in the file, or correct `cidr` and `gateway` in the fragment before you use it.',
  },
  {
    code: 'import.overlap',
    title: 'Two pools or subnets share addresses',
    means:
      'Some addresses would lie in two ranges at once, so that it is not clear which settings hold for them. An error; nothing is imported.',
    real: 'Kea refuses overlapping pools and subnets when it starts. ISC dhcpd logs `Address range overlaps` or the declaration of a lease twice. dnsmasq refuses a range that is inconsistent with its netmask and accepts others.',
    rehearse:
      'Run `premortem import dhcp` on a dhcpd.conf with `range 10.0.0.10 10.0.0.20;` and `range 10.0.0.15 10.0.0.30;`.',
    fix: 'Let each address lie in one range. What two servers may both give out belongs in two imports, and in `servers:` of one network.',
  },
  {
    code: 'import.too-deep',
    title: 'The file is nested too deep',
    means:
      'Brackets or braces stand in one another more than 64 levels deep. An error; nothing is imported, so that a file made to hurt cannot.',
    real: 'Real configurations are four or five levels deep: a shared network, a subnet, a pool, a list, an object. Deeper ones are generated by mistake or on purpose.',
    rehearse: 'Run `premortem import dhcp` on a file of a hundred opening brackets with --format kea.',
    fix: 'Look for brackets that are not closed before the place shown; the levels add up from there.',
  },
  {
    code: 'import.too-large',
    title: 'The file describes more than a scenario can hold',
    means:
      'There are more words, subnets, pools or ranges than are read: a million words, 4,096 subnets or 1,024 ranges in one. An error; nothing is imported.',
    real: 'Servers of providers have thousands of subnets, most of which behave alike. A rehearsal needs those that the change touches, and one of each kind of the others.',
    rehearse: 'Run `premortem import dhcp` on a dhcpd.conf with five thousand subnets.',
    fix: 'Import a part of the file: the subnets that you are about to change, and one that stays as it is to compare with.',
  },
  {
    code: 'import.nothing',
    title: 'There is no IPv4 subnet in the file',
    means:
      'The file was understood and holds nothing that could become a network: no range, no subnet, or only IPv6. An error, since the fragment would be empty.',
    real: 'A main file often holds only includes and global settings, with the subnets in a folder beside it. Kea keeps IPv6 in `Dhcp6`, in a file and a server of its own.',
    rehearse: 'Run `premortem import dhcp` on a dnsmasq.conf with nothing but `interface=eth0`.',
    fix: 'Name the file that holds the subnets, or say with --format which kind of file it is when it was taken for another.',
  },
];
