/** Pages of what can be wrong with a scenario file. Recipes are for scenarios/photon/mesos-works.yaml; a test tries them all. */
import type { Page } from './pages-page.ts';

const FILES: readonly Page[] = [
  {
    code: 'file.unreadable',
    title: 'A file cannot be read',
    means:
      'The scenario, an overlay, or a file that one of them extends could not be opened. Names in `extends` are relative to the file that says so.',
    real: 'The reason given is that of the operating system: ENOENT is a wrong name, EACCES a missing right, EISDIR a folder.',
    rehearse: 'Write `extends: no-such-file.yaml` into any scenario and check it.',
    fix: 'Correct the name, or run from the folder that the name is relative to. Keep a base and its variants in one folder; they then move together.',
  },
  {
    code: 'file.empty',
    title: 'The file is empty',
    means:
      'There is nothing in it but blanks. A scenario states at least `until`, and usually hosts, networks and a platform.',
    real: 'Often an editor or a full disk left a file of length zero, or a shell redirection emptied it before the program read it.',
    rehearse: 'Make an empty file, for example with `touch empty.yaml`, and check it.',
    fix: 'Start with `premortem init`, copy one from scenarios/, or take the file back from version control.',
  },
  {
    code: 'file.binary',
    title: 'This is not a text file',
    means:
      'The file has zero bytes, or several characters that are not UTF-8. One odd character alone is taken as a misspelling and not refused.',
    real: 'Typical are a log given in place of its scenario, a spreadsheet, or YAML saved as UTF-16 by a Windows editor.',
    rehearse: 'Check a finished log instead of the scenario it came from.',
    fix: 'Give the YAML file and save it as UTF-8. A log holds its scenario; the program can read it from there when it is given as a log.',
  },
  {
    code: 'file.too-big',
    title: 'The file is larger than a scenario can be',
    means: 'More than 1 MiB of text is refused unread, so that no file can make the check slow.',
    real: 'A generated inventory with one entry for each of thousands of hosts, or the wrong file.',
    rehearse: 'Append a comment of a million characters to a scenario and check it.',
    fix: 'Describe equal hosts by a range, `esx-[001-500]`, and refine single ones by their plain name after it. Ten thousand hosts fit into one line.',
  },
  {
    code: 'version.unsupported',
    title: 'The scenario is written for another version',
    means:
      '`version` names a version of the scenario language that this program does not read. It reads version 1.',
    real: 'The file comes from somebody with a newer premortem, or the key was meant as the version of the file itself.',
    rehearse: 'Write `version: 2` into a scenario and check it.',
    fix: 'Use a newer premortem, or write `version: 1`. For a version of your own use a key that begins with x-, such as `x-revision: 7`.',
  },
  {
    code: 'extends.cycle',
    title: 'The files extend each other',
    means: 'Following `extends` leads back to a file that is already open, or through more than 32 files.',
    real: 'It happens when a file is copied to make a variant and the copy becomes the base of the original, or when a file names itself.',
    rehearse: 'In a file a.yaml write `extends: a.yaml` and check it.',
    fix: 'Let one file of the chain be complete, without `extends`; the others change it. Two variants side by side are clearer than one on top of the other.',
  },
  {
    code: 'extends.ignored',
    title: 'An overlay does not bring its base',
    means:
      'A file given after the scenario is applied on top of that scenario. It says `extends`, but what it extends is another file, which is not read.',
    real: 'A warning only. Mostly the two files were given in the wrong order, or one of them alone would have been enough.',
    rehearse: 'Give mesos-works.yaml and then an overlay that says `extends: other.yaml`.',
    fix: 'Give the overlay as the scenario itself, in which case its base is read, or take `extends` out of it.',
  },
];

const YAML: readonly Page[] = [
  {
    code: 'yaml.syntax',
    title: 'This is not YAML',
    means:
      'The text is not one YAML 1.2 document, so nothing in it can be relied on and nothing further is checked.',
    real: 'Tabs for indentation, a bracket left open, a colon without a blank behind it, `path: [a, b] -> internet` without quotes, several documents in one file. Words such as `yes` and `on` are text in YAML 1.2, unlike in older readers.',
    rehearse: "Leave a bracket open: --set 'do=[{ at: 5m'.",
    fix: 'Look at the marked place and at the line above it. Put quotes around values with special characters. An editor with the schema line at the top of the file marks such slips while you type.',
  },
  {
    code: 'yaml.duplicate-key',
    title: 'A key is written twice',
    means:
      'One map has the same key two times. Only one of them can count, and YAML readers do not agree on which.',
    real: 'Ansible, Compose and Kubernetes tools warn, take the last one, or refuse, depending on version; a lost line is how such files go wrong unnoticed.',
    rehearse:
      "Say it twice: --set 'networks.mgmt.dhcp={ enabled: true, enabled: false, scope: 10.20.0.50-10.20.0.199 }'.",
    fix: 'Remove one, or join what they say. To refine one host of a range, give it an entry of its own by its plain name.',
  },
  {
    code: 'yaml.too-deep',
    title: 'The file is nested too deeply',
    means:
      'There are more than 32 levels of maps and lists. A scenario needs about ten; the rest is refused before it is parsed.',
    real: 'Brackets were opened and never closed, or a file was made by a program that wraps values in each other.',
    rehearse: 'Write forty opening brackets as the value of `name` and check the file.',
    fix: 'Close the brackets that were opened before the marked place, or correct the indentation there.',
  },
  {
    code: 'yaml.too-large',
    title: 'The file holds too many values',
    means:
      'More than 100,000 values were counted, and what an alias repeats counts every time. It stops small files that unfold into huge ones.',
    real: 'The classic is the "billion laughs" file: a few anchors, each a list of ten aliases to the one before. Generated inventories reach it honestly.',
    rehearse:
      'Define an anchor with ten values, then a list of ten aliases to it, and go on like that for five levels.',
    fix: 'Describe equal things by a range such as `esx-[001-500]` instead of one entry each, and do not repeat large parts by alias.',
  },
  {
    code: 'issues.more',
    title: 'There are more issues than are listed',
    means:
      'Twenty issues are shown, errors before warnings; the rest is only counted. The first ones often cause the others.',
    real: 'A whole file in another format, or one wrong indentation that moves a section, makes dozens of issues at once.',
    rehearse: 'Write a `thresholds` section with twenty-one metrics whose bound is the word `fast`.',
    fix: 'Mend what is listed, from the top, and check again.',
  },
];

const KEYS: readonly Page[] = [
  {
    code: 'key.unknown',
    title: 'A key means nothing here',
    means:
      'The map has a key that this part of a scenario does not know. It would be ignored, and the mistake with it, so it is refused. The nearest known key is offered.',
    real: 'Lenient readers are worse: Docker and older Kubernetes dropped unknown fields in silence, and the setting never took effect.',
    rehearse: "Misspell a key: --set 'networks.mgmt.dhcp={ enabled: true, scoop: 10.20.0.50-10.20.0.199 }'.",
    fix: 'Take the key that is offered, or move it to where it belongs. Keys of your own, for notes and other tools, begin with x-.',
  },
  {
    code: 'key.missing',
    title: 'Something has to be said and is not',
    means:
      'There is no sensible default for this key, or an action has a time but no verb, or VMs are asked for without a `platform`. Ranges and layers are joined first, so a base may say it.',
    real: 'Photon Controller answers `SpecInvalid` to a request with parts missing (facts/photon-and-vdvs.md 5.1).',
    rehearse: "Take the end of the simulation away: --set 'until='.",
    fix: 'Write the key; the help shows an example of its value.',
  },
  {
    code: 'name.invalid',
    title: 'This cannot be a name',
    means:
      'Names have letters, digits and . _ - /, begin with a letter or digit and have at most 63 characters; image names may have a colon and 128. `__proto__` is never a name.',
    real: 'Photon Controller is stricter: a letter, then letters, digits and hyphens, 1 to 63 characters (facts/photon-and-vdvs.md 1.1).',
    rehearse: "Put a blank into a name: --set 'name=my scenario'.",
    fix: 'Use a hyphen where a blank stands. Put what people should read into `about`.',
  },
  {
    code: 'name.unknown',
    title: 'Nothing of that name is declared',
    means:
      'Every name that is used must be declared: networks, hosts, roots, flavors, tenants, clusters, failure codes, metrics. For container images that no site serves it is only a warning, since a mistyped tag is worth rehearsing.',
    real: 'Photon Controller would answer with NotFound, InvalidFlavor or NetworkNotFound, at the time of the request (facts/photon-and-vdvs.md 1.4).',
    rehearse: "Misspell a network: --set 'platform.network=mgmnt'.",
    fix: 'Take the name that is offered, or declare the thing in its section.',
  },
  {
    code: 'name.duplicate',
    title: 'The same thing is there twice',
    means:
      'Two ranges make the same host, a list of ZooKeepers has an address twice, or an image has a layer twice.',
    real: 'Photon Controller says NameTaken for tenants, projects, tickets and flavors, but checks neither cluster names nor the addresses of ZooKeepers (facts/photon-and-vdvs.md 1.1, 5.1): there the mistake shows as a duplicate address ten minutes later.',
    rehearse:
      "Give two ZooKeepers one address: --set 'do[0].create-cluster.zookeepers=[10.20.0.11, 10.20.0.11]'.",
    fix: 'Remove one or change it. Let ranges of hosts not overlap; refine one host by its plain name after the range.',
  },
  {
    code: 'value.type',
    title: 'The value is of another kind',
    means:
      'A map stands where text is wanted, a word where true or false is wanted, two verbs in one action, and the like.',
    real: 'YAML guesses types: `1.0` is a number and `10.20` as well, while `yes` is text in YAML 1.2. Quotes make text of anything.',
    rehearse: "Answer a yes-or-no question with a word: --set 'networks.mgmt.dhcp.enabled=perhaps'.",
    fix: 'Write what the help shows. Put numbers that are names or texts in quotes, and give each action one verb.',
  },
  {
    code: 'value.range',
    title: 'The value is outside what is allowed',
    means:
      'A number or quantity is too small or too large, a word is not one of a closed list, a range of names counts down, or a certificate ends before it begins.',
    real: 'Photon Controller has such limits too: 1 to 1000 slaves, one to three ZooKeepers (facts/photon-and-vdvs.md 5.1), and answers SpecInvalid.',
    rehearse: "Ask for no master: --set 'do[0].create-cluster.masters=0'.",
    fix: 'Stay within the bounds that the message names.',
  },
  {
    code: 'value.unit',
    title: 'A quantity without a unit that can be understood',
    means:
      'Durations, sizes and rates carry their unit. `128G` is refused because it can be read in two ways; GB counts in 1000s, GiB in 1024s.',
    real: 'vSphere shows GB and means 1024s, disk vendors mean 1000s, network rates are bits. Nine percent of a terabyte is lost in between.',
    rehearse: "Leave out the unit: --set 'hosts.*.memory=128'.",
    fix: 'Write 128GiB, 90s, 10Gbps or 800MB/s. The same units are printed, so a value can be copied back.',
  },
  {
    code: 'change.nowhere',
    title: 'The path of a change leads nowhere',
    means:
      '`change` or --set names something that is not there and cannot be made there. A change that changes nothing would go unnoticed, so it is refused. Paths may hold globs (`hosts.esx-*.clock`), quotes and list indices.',
    real: 'Helm and other tools create whatever path --set names, and a misspelt value has no effect in silence.',
    rehearse: "Misspell a step: --set 'networks.mgmt.dhpc.enabled=false'.",
    fix: 'Take the key that is offered. Lists are entered by index, `do[0]`; to add an item, replace the whole list.',
  },
  {
    code: 'set.syntax',
    title: 'A --set is not a path and a value',
    means:
      '--set takes a dotted path, an equals sign and a value in YAML. Without a value behind the sign it takes the key away.',
    real: 'Most often the shell took something: brackets, braces, blanks, globs and dollar signs mean something to it.',
    rehearse: "Forget the value: --set 'until'.",
    fix: 'Put the whole in single quotes: --set \'do[0].create-cluster.slaves=8\'. Keys with dots go in double quotes: internet."quay.io".up.',
  },
];

const MEANING: readonly Page[] = [
  {
    code: 'address.invalid',
    title: 'This is not an address',
    means:
      'Addresses are IPv4 with four decimal parts; networks have a prefix length from 8 to 30 and begin at their first address.',
    real: 'Short forms are a trap: `ping 10.1` reaches 10.0.0.1, and a leading zero means octal to some programs. Nothing of the kind is read here.',
    rehearse: "Leave out a part: --set 'networks.mgmt.gateway=10.20.0'.",
    fix: 'Write all four parts; put them in quotes if your editor turns them into a number.',
  },
  {
    code: 'address.outside-subnet',
    title: 'The address is not of this network',
    means:
      'A scope or a static address lies outside the `cidr` of its network. For a gateway it is only a warning.',
    real: 'Photon Controller checks none of it (facts/photon-and-vdvs.md 5.1): the node takes the address, cannot reach its gateway, and only a time-out tells. dnsmasq and ISC dhcpd refuse a scope outside the subnets they serve.',
    rehearse: "Move the scope away: --set 'networks.mgmt.dhcp.scope=10.21.0.50-10.21.0.99'.",
    fix: 'Write an address of the network, or correct the `cidr`. In the field compare address, mask and gateway on one line each.',
  },
  {
    code: 'address.reserved',
    title: 'No machine can have this address',
    means:
      'It is the first or last address of the network, or the gateway. `take-address` may take the gateway on purpose: that is a way to rehearse it.',
    real: 'dnsmasq skips the router, and last bytes 0 and 255 in class C space (facts/dhcp.md section 5); others give out what they are told to.',
    rehearse:
      "Begin the scope at the network address: --set 'networks.mgmt.dhcp.scope=10.20.0.0-10.20.0.99'.",
    fix: 'Use another address. Keep the gateway out of scopes and static lists.',
  },
  {
    code: 'machine.inform',
    title: 'This machine cannot ask by DHCPINFORM',
    means:
      'DHCPINFORM is the question of a machine that has an address set by hand and wants the rest: name servers, domain, time. One that gets its address by DHCP gets them with it, and most client programs cannot send it.',
    real: 'RFC 2131 4.4.3 lets any client send it. Of the modelled programs dhcpcd does, with `--inform`; networkd, dhclient and udhcpc look for an address or do nothing. Kea and dnsmasq answer it, ISC dhcpd only where it is authoritative (facts/dhcp.md 7.4).',
    rehearse: "Give a machine `inform` and no address: --set 'machines.desk={network: mgmt, inform: true}'.",
    fix: 'Write an `address` and `client: dhcpcd`, or `generic` for the standard; or leave out `inform`.',
  },
  {
    code: 'scope.reversed',
    title: 'The scope ends before it begins',
    means:
      'A scope is the first and the last address that the server gives out, in this order. This one would hold no address at all, so every machine would wait in vain.',
    real: 'Kea and ISC dhcpd do not start with such a range; dnsmasq refuses it as inconsistent. All of them say so in the log of the server only, which nobody reads until addresses are missing.',
    rehearse: "Turn it round: --set 'networks.mgmt.dhcp.scope=10.20.0.199-10.20.0.50'.",
    fix: 'Swap the two addresses; the help shows the scope the right way round.',
  },
  {
    code: 'scope.covers-static',
    title: 'A static address lies in the DHCP scope',
    means:
      'The server gives out an address that somebody has by hand. It is a warning: with few machines nothing may happen, and with `check: ping` the server notices in time.',
    real: 'This is the second half of the advice "disable DHCP": what is needed are static addresses outside the pool (facts/photon-and-vdvs.md 5.1). Without a check on either side the result is a duplicate address (facts/dhcp.md 7.3).',
    rehearse: "Let the scope cover the ZooKeepers: --set 'networks.mgmt.dhcp.scope=10.20.0.10-10.20.0.99'.",
    fix: 'Shrink the scope, or move the address out of it. In the field exclude it or reserve it on the server.',
  },
  {
    code: 'dhcp.missing',
    title: 'Nobody answers DHCP there',
    means:
      'Machines will ask for an address on a network whose server is off or absent: a warning. Starting or stopping a server that has no scope is an error.',
    real: 'Every kind of Photon cluster has nodes that need DHCP, and the platform brings no server (facts/photon-and-vdvs.md 5.1 and 7). The failure comes ten minutes later, as address.none.',
    rehearse: "Turn the server off: --set 'networks.mgmt.dhcp.enabled=false'.",
    fix: 'Give the network a scope: `dhcp: { enabled: true, scope: FIRST-LAST }`, with the static addresses outside it.',
  },
  {
    code: 'relay.missing',
    title: 'Nothing relays DHCP to the server of another network',
    means:
      'The scope of this network is given out by the server of another one, and the router between them has no relay. Broadcasts end at the router, so machines here get no address. A warning.',
    real: 'DISCOVER is sent to 255.255.255.255 and crosses no router; a relay agent writes its own address into giaddr and passes it on (facts/dhcp.md section 10). On switches it is `ip helper-address` or a DHCP relay profile, per VLAN, and easily forgotten on a new one.',
    rehearse:
      "A new VLAN that mgmt serves: --set 'networks.vlan-30={ cidr: 10.30.0.0/24, dhcp: { server: mgmt, scope: 10.30.0.10-10.30.0.99 } }'.",
    fix: 'Write `relay: true` on the network, or turn it on during the run with `start-relay`. In the field add the relay on every router interface of the VLAN, and see that the server has a route back.',
  },
  {
    code: 'cluster.too-large',
    title: 'The cluster does not fit its project',
    means:
      'Its nodes together would take more than the limits of the project. It is an error, unless the scenario expects quota.exceeded; then it is a warning and the run shows where the creation stops.',
    real: 'Photon Controller does not add up beforehand: the creation begins, and `QuotaError` comes with the first node too many (facts/photon-and-vdvs.md 1.2).',
    rehearse: "Ask for forty slaves: --set 'do[0].create-cluster.slaves=40'.",
    fix: 'Ask for fewer slaves or smaller flavors, or raise the limit of the project.',
  },
  {
    code: 'project.too-large',
    title: 'The projects ask for more than their tenant has',
    means:
      "The limits of a tenant's projects are carved from its resource ticket, and together they are more than the ticket.",
    real: "Photon Controller takes a project's limits from the ticket when it is created and answers `QuotaError` to the project that no longer fits (facts/photon-and-vdvs.md 1.2).",
    rehearse:
      "Give the project more VMs than the ticket: --set 'platform.tenants.lab.projects.dev.limits.vm=50'.",
    fix: 'Lower the limits of a project, or raise the ticket. `percent` counts from the original ticket, not from what is left.',
  },
  {
    code: 'time.after-until',
    title: 'This is after the end of the simulation',
    means:
      'An action or the deadline of an expectation lies after `until`, so it will not happen or cannot be judged. A warning.',
    real: 'Simulated time ends where `until` says, whatever is still under way; a cluster that fails needs about 20 minutes to say so.',
    rehearse: "Ask too late: --set 'do[0].at=2h'.",
    fix: 'Raise `until`, or let it happen earlier. Allow for the waits of the platform: 10 minutes for addresses and 10 for services in each phase.',
  },
  {
    code: 'roots.unused',
    title: 'Nobody reads this folder of roots',
    means:
      'Roots are put into a folder for Docker Hub, and the Docker engine looks into such folders for every other registry, not for this one. A warning: the run goes on as if the folder were not there.',
    real: '/etc/docker/certs.d/registry-1.docker.io is ignored by Docker, in 2016 as in 20.10; containerd and skopeo read theirs for the Hub too (facts/registry-and-tls.md 0, 6).',
    rehearse:
      "A folder for the Hub: --set 'platform.vm-image.registry-roots={ registry-1.docker.io: [corp-root] }'.",
    fix: "Put the root into the machine's own store (`node-template.trusts`, or `add-root` without `registry` and then `restart-engine`).",
  },
  {
    code: 'expect.syntax',
    title: 'This cannot be expected',
    means:
      'An expectation is one of a few sentences: `cluster NAME is ready`, `vm NAME is running`, `node NAME has image IMAGE`, `fails with CODE`, `never fails with CODE`, `nothing fails`. States: a cluster is ready, error or deleted; a VM is running, addressed or deleted.',
    real: 'There is no counterpart on the platform; think of it as an assertion of a test.',
    rehearse: "Expect a mood: --set 'expect[0].that=cluster mesos-1 is happy'.",
    fix: 'Use one of the sentences. For numbers use `thresholds`.',
  },
  {
    code: 'threshold.syntax',
    title: 'This is not a bound',
    means:
      'A threshold is count, min, max, avg, last or p(N), a comparison, and a bound with its unit: `p(95) < 30m`, `count == 0`. Durations need a unit.',
    real: 'The form is that of load-test tools such as k6, with units in place of milliseconds.',
    rehearse: "Be vague: --set 'thresholds={ cluster.create.duration: [fast] }'.",
    fix: 'Write the aggregate, the comparison and the bound, in quotes.',
  },
];

/** Every issue of a scenario file, from the outside in. */
export const ISSUE_PAGES: readonly Page[] = [...FILES, ...YAML, ...KEYS, ...MEANING];
