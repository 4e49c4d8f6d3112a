/** Pages of the failures that a run can end in. Recipes are for scenarios/photon/mesos-works.yaml; a test tries them all. */
import type { Page } from './pages-page.ts';

const ADDRESSES: readonly Page[] = [
  {
    code: 'address.none',
    title: 'A machine got no address in time',
    means:
      'The controller asked 120 times, 5 s apart, whether the new VM reports an IPv4 address, and gave up. The guest may still be asking by DHCP for ever.',
    real: 'Photon Controller 0.8: `VM failed to acquire an IP address`, wrapped in `Failed to rollout MesosMaster`; people also call it "Unable to obtain an IP address". The wait is WaitForNetworkTask (facts/photon-and-vdvs.md 5.2). Every kind of cluster has nodes that need DHCP (5.1); the platform brings no server for them (section 7).',
    rehearse: "Turn the server of the network off: --set 'networks.mgmt.dhcp.enabled=false'.",
    fix: 'In the scenario give the network a scope that leaves the static addresses alone. In the field: do not disable DHCP; serve the cluster network with a scope outside the static addresses, and look at the server log before the 10 minutes are over.',
  },
  {
    code: 'address.duplicate',
    title: 'Two machines use one address',
    means:
      'A second machine began to use an address that another one already answers for. Frames for it reach the one or the other by turns of 15 to 45 s: answers to renewals go astray, and no service check counts on it.',
    real: 'The DHCP exchange looks perfect and the lease is active; both machines answer ARP, and whoever answers last wins (facts/dhcp.md 7.3). Kea 2.2 does not check at all, and dhclient, udhcpc and networkd do not by default (7.1, 7.2). Linux says nothing; Windows and ESXi warn of an IP address conflict.',
    rehearse:
      "Let the scope cover the static ZooKeepers: --set 'networks.mgmt.dhcp.scope=10.20.0.10-10.20.0.99'.",
    fix: 'Move the scope away from static addresses, or reserve these on the server. Where that is not yours to do, let the server look first: `check: ping` here, ping check in dnsmasq and ISC dhcpd, conflict detection attempts on Windows.',
  },
  {
    code: 'dhcp.scope-exhausted',
    title: 'The DHCP server has no address left',
    means:
      'A DISCOVER arrived and every address of the scope is leased, offered or marked as used by somebody else. The server says nothing; the client tries again after 4, 4, 8, 16, 32, then 64 s.',
    real: 'No OFFER and no NAK from any server, so the client cannot tell it from a server that is off. Only the log shows it: dnsmasq `no address available`, ISC dhcpd `no free leases`, Kea ALLOC_ENGINE_V4_ALLOC_FAIL, udhcpd `no free IP addresses. OFFER abandoned` (facts/dhcp.md section 6).',
    rehearse: "Leave room for three machines: --set 'networks.mgmt.dhcp.scope=10.20.0.50-10.20.0.52'.",
    fix: 'Widen the scope, shorten the lease where machines come and go, or delete what still holds leases. A freed address goes to whoever happens to ask next, not to who waited longest.',
  },
  {
    code: 'dhcp.not-available',
    title: 'The DHCP server refused the address asked for',
    means:
      'A client asked to keep or take an address that the server has not promised it, or that lies outside the scope by now. It is answered with a DHCPNAK and starts over.',
    real: 'ISC dhcpd: DHCPNAK with `requested address not available`; dnsmasq: `address not available`, `wrong network`, `lease not found`; Kea sends no text. Servers that are not authoritative stay silent instead, which costs the client 5 to 17 s (facts/dhcp.md section 8).',
    rehearse:
      "Run with --set 'networks.mgmt.dhcp.lease=20m', then move the scope under the leases: fork the log --at 15m with --set 'networks.mgmt.dhcp.scope=10.20.0.150-10.20.0.199'. The next renewal is refused.",
    fix: 'Move a scope in two steps: serve both ranges for one lease time, then drop the old one. Make the one true server authoritative, so that clients learn of a change at once.',
  },
  {
    code: 'dhcp.not-authoritative',
    title: 'A DHCP server kept silent about an address it knows nothing of',
    means:
      'A client asked to keep an address of which the server has no record. It may not speak for the network, so it says nothing.',
    real: 'dnsmasq, Kea and ISC dhcpd are not authoritative unless told so. An INIT-REBOOT without an answer costs dhcpcd 5 s and dhclient 13 to 17 s before they start over; a NAK costs 0.1 s (facts/dhcp.md section 8).',
    rehearse:
      "A desk starts again after the database was lost: --set 'machines={ desk: { network: mgmt, client: dhclient } }' --set 'networks.mgmt.dhcp={ software: kea, scope: 10.20.0.50-10.20.0.199 }' --set 'do=[{ at: 1m, kill-machine: desk }, { at: 2m, forget-leases: mgmt }, { at: 3m, start-machine: desk }]' --set 'expect=[]'.",
    fix: 'Make the one true server of a network authoritative: `authoritative: true` here, `dhcp-authoritative` in dnsmasq, `authoritative` in ISC dhcpd and Kea.',
  },
  {
    code: 'dhcp.unknown-lease',
    title: 'A DHCP server kept silent about a lease that it does not have, as it always does',
    means:
      'A client asked to keep an address of the right subnet of which the server has no record, and this product says nothing to that, authoritative or not.',
    real: 'ISC dhcpd logs "unknown lease" and is silent when the address is in its subnet and in none of its pools; busybox udhcpd is silent to whom it does not know (facts/dhcp.md section 8). The client loses the address when the lease ends, up to half a lease later.',
    rehearse:
      "The scope of ISC dhcpd moves: --set 'machines={ desk: { network: mgmt, client: networkd } }' --set 'networks.mgmt.dhcp={ software: isc, authoritative: true, lease: 20m, scope: 10.20.0.50-10.20.0.99 }' --set 'do=[{ at: 5m, move-scope: { network: mgmt, scope: 10.20.0.150-10.20.0.199 } }]' --set 'expect=[]'.",
    fix: 'Move a scope in two steps: let the old range stay until the leases of it have run out, or shorten them well before.',
  },
  {
    code: 'dhcp.lease-expired',
    title: 'A lease ran out and the address is gone',
    means:
      'The client renewed from half the lease on and asked every server from seven eighths on; nobody answered, so it dropped the address when the lease ended and asks anew.',
    real: 'systemd-networkd, dhclient and dhcpcd drop the address at expiry; udhcpc drops it before (facts/dhcp.md sections 3 and 4). A dead server shows only as unanswered ARP requests. A machine that keeps the address a few seconds too long (dhcpcd) can meet its next owner.',
    rehearse:
      "A VM whose server goes away: --set 'networks.mgmt.dhcp.lease=10m' --set 'do=[{ at: 1m, create-vm: { name: web-1, tenant: lab, project: dev, flavor: cluster-other-vm } }, { at: 5m, stop-dhcp: mgmt }]' --set 'expect=[]'.",
    fix: 'Keep the server down for less than half a lease, or lengthen the lease before planned work. In the field run two servers with failover, and watch for rebinding clients: they are the warning.',
  },
];

const TRUST: readonly Page[] = [
  {
    code: 'tls.untrusted-issuer',
    title: 'Nobody vouches for the certificate shown',
    means:
      "The chain ends at a root that is not in the machine's trust store. The store is what the VM image trusts and what the node template installs at first boot; `why` names both lines.",
    real: 'Docker: `x509: certificate signed by unknown authority`; 1.11 hides the registry behind `Error while pulling image: Get https://index.docker.io/v1/...`. curl: exit 60; OpenSSL: verify error 19, 20 or 21 (facts/registry-and-tls.md 3). A proxy that re-signs sessions is the usual reason: its chain is fine except for the root (section 0). On Photon only `Wait period expired` reaches the user.',
    rehearse:
      "Let the proxy open sessions: --set 'proxies.edge.tls={ intercept: true, re-signs-with: corp-root }'.",
    fix: "Scenario: platform.node-template.trusts, or vm-image.trusts. Field: append the proxy's CA to /etc/pki/tls/certs/ca-bundle.crt before the engine's first pull or restart the engine (section 6); edit the templates on the controller, or bypass registry, token and blob hosts.",
  },
  {
    code: 'tls.missing-intermediate',
    title: 'The server did not send the authority in between',
    means:
      'The root is trusted, but the certificate that links the leaf to it was not sent, and nobody looks for it elsewhere.',
    real: 'Every verifier says what it says of an unknown root: Go `x509: certificate signed by unknown authority`, OpenSSL 20 and 21, curl exit 60 (facts/registry-and-tls.md 3). Browsers hide it, since they fetch or remember intermediates, so a server can be wrong for years. mitmproxy sends the leaf alone: with an intermediate as its authority nobody can follow (section 5).',
    rehearse:
      "A registry below an intermediate that it does not send: --set 'pki.intermediates={ public-issuing: { issued-by: public-web } }' --set 'internet.\"registry-1.docker.io\".tls={ issued-by: public-issuing, sends: [] }'.",
    fix: 'Let the server send its intermediates after the leaf (`tls.sends`, or leave it out for all of them). In the field look at `openssl s_client -showcerts` and mend the chain file of the server or proxy.',
  },
  {
    code: 'tls.name-mismatch',
    title: 'The certificate is for another host',
    means:
      'The chain is trusted and in time, but no name in the leaf fits the host that was dialled. `*.` stands for one label.',
    real: 'Go: `x509: certificate is valid for a, not b`; OpenSSL 62, `hostname mismatch`; Node ERR_TLS_CERT_ALTNAME_INVALID; curl exit 60 (facts/registry-and-tls.md 3). Go since 1.15 ignores the common name, older engines take it where there are no names at all (1.1).',
    rehearse:
      'A registry with a certificate for another name: --set \'internet."registry-1.docker.io".tls.names=[hub.example]\'.',
    fix: 'Have the certificate issued for the name that clients dial (`tls.names`), or dial the name that it has. Behind a mirror or a load balancer the name of the front counts.',
  },
  {
    code: 'tls.path-length',
    title: 'Too many authorities stand in the chain',
    means:
      'An authority above the leaf was limited to fewer authorities below it than there are. Its own certificate says how many.',
    real: 'Go: `x509: too many intermediates for path length constraint`; OpenSSL 25; GnuTLS has one word for this and other limits of signers (facts/registry-and-tls.md 1, 3). OpenSSL does not count authorities that signed their own successor, Go and GnuTLS do (section 4).',
    rehearse:
      "A proxy's authority below one that may have none below it: --set 'pki.intermediates={ corp-ca: { issued-by: corp-root, path-length: 0 }, proxy-ca: { issued-by: corp-ca } }' --set 'proxies.edge.tls={ intercept: true, re-signs-with: proxy-ca }' --set 'platform.node-template.trusts=[corp-root]'.",
    fix: 'Issue the lower authority from one that allows it, or sign leaves with the authority above (`re-signs-with`). The limit is in the certificate: it cannot be changed without issuing that one anew.',
  },
  {
    code: 'tls.name-constraint',
    title: 'The authority may not sign for this host',
    means:
      'An authority above the leaf is limited to some domains, or shut out of some, and a name of the leaf lies outside.',
    real: 'Go: `x509: a root or intermediate certificate is not authorized to sign for this name`, in 1.5 `... to sign in this domain`; OpenSSL 47 and 48 (facts/registry-and-tls.md 3). Companies limit their own root to their own domains with good reason, and then let a proxy forge certificates for the whole internet with it.',
    rehearse:
      "A proxy whose authority is limited to the company's domain: --set 'pki.intermediates={ proxy-ca: { issued-by: corp-root, permits: [corp.example] } }' --set 'proxies.edge.tls={ intercept: true, re-signs-with: proxy-ca }' --set 'platform.node-template.trusts=[corp-root]'.",
    fix: 'Give the proxy an authority without the limit (`permits`, `excludes`), or bypass the hosts that it may not sign for.',
  },
  {
    code: 'tls.not-yet-valid',
    title: 'The certificate is not valid yet by this clock',
    means:
      "The verifier's own clock is before the beginning of the certificate or of its root. A VM starts with its host's clock, and a forged leaf begins when it is made, less the proxy's `backdate`.",
    real: 'Go: `x509: certificate has expired or is not yet valid`, followed by `current time ... is before ...` in newer versions; OpenSSL: code 9, `certificate is not yet valid`. A forgery minted a minute ago fails on a VM five minutes behind; mitmproxy backdates by two days and hides it, Squid copies the dates of the origin (facts/registry-and-tls.md 5 and 7).',
    rehearse:
      "Trust the proxy but let the hosts be slow: --set 'proxies.edge.tls={ intercept: true, re-signs-with: corp-root }' --set 'platform.node-template.trusts=[corp-root]' --set 'hosts.*.clock=-10m'.",
    fix: 'Set the hosts right (`clock: 0s`, NTP on every ESXi host) and create the VM anew or step its clock; or let the proxy backdate by more than the worst clock.',
  },
  {
    code: 'tls.expired',
    title: 'The certificate is over by this clock',
    means:
      "The verifier's own clock is after the end of the certificate or of its root. Both ends of a validity still count as valid.",
    real: 'Go uses one sentence for both ends: `x509: certificate has expired or is not yet valid`; OpenSSL code 10, `certificate has expired`; Node CERT_HAS_EXPIRED (facts/registry-and-tls.md 3). Dates are looked at before trust in Go, so an expired leaf hides an unknown root. A clock far ahead looks the same.',
    rehearse:
      "Let the registry's certificate end just after the start: --set 'internet.\"registry-1.docker.io\".tls.until=2016-05-24T09:01:00Z'.",
    fix: 'Renew the certificate, or start the run inside its validity; if the clock is what is wrong, set `hosts.*.clock`. In the field compare `date` on the node with the dates of the chain before renewing anything.',
  },
];

const PLATFORM: readonly Page[] = [
  {
    code: 'quota.exceeded',
    title: 'The project may not have that much',
    means:
      'A request would take more of a limited key (vm, vm.cpu, vm.memory) than the ticket allows. Equality passes, more does not. What was taken before stays taken until the VMs are deleted.',
    real: 'Photon Controller 0.8: `QuotaError`, HTTP 400, with the limit and the wanted amount (facts/photon-and-vdvs.md 1.2 and 1.4). It comes in the middle of a cluster creation, when the earlier nodes already run; the cluster ends in ERROR and nothing is rolled back (5.4).',
    rehearse:
      "Give the project room for five VMs: --set 'platform.tenants.lab.projects.dev.limits.vm=5' --set 'expect=[{ that: fails with quota.exceeded }]'. Without the expectation the file is refused as cluster.too-large.",
    fix: 'Raise the limits of the project, or ask for fewer or smaller nodes. In the field add up the nodes first (a default Mesos cluster with 3 ZooKeepers and 4 slaves takes 11 VMs, 20 vCPU and 56 GB), and delete failed clusters: they keep their quota.',
  },
  {
    code: 'placement.no-host',
    title: 'There is no host to put the VM on',
    means: 'No host with the cloud role is up, so the scheduler has nobody to ask.',
    real: 'Photon Controller 0.8: `NoSuchResource` when no host satisfies the constraints. Hosts tagged MGMT only, suspended, in maintenance or MISSING take no VMs (facts/photon-and-vdvs.md 2.1, 4.3); when only hosts in maintenance were asked it surfaces as InternalError.',
    rehearse: "Start with every host off: --set 'hosts.*.power=off'.",
    fix: 'Give hosts the role `cloud` and power them on before the request; a host needs its `boot` time. In the field check the states and tags of the hosts before creating clusters.',
  },
  {
    code: 'placement.not-enough-cpu',
    title: 'No host that was asked has enough CPU',
    means:
      'The scheduler asked up to four hosts, drawn at random, and on each of them more than 95 % of 16 vCPUs per core would be configured.',
    real: 'Photon Controller 0.8: `NotEnoughCpuResource`. Agents allow 16 configured vCPUs per physical CPU and refuse above 95 % (facts/photon-and-vdvs.md 4.2). Only a sample of hosts is asked, so it can happen although some host had room (4.1). The answer is final: no retry (4.3).',
    rehearse:
      "Ask for nodes larger than a host, without a limit in the way: --set 'platform.flavors.cluster-other-vm.cpu=300' --set 'platform.tenants.lab={ projects: { dev: { limits: {} } } }'.",
    fix: 'Use a flavor that fits, add hosts with the cloud role, or delete VMs. Memory is looked at first, so mend that before believing that CPU is plenty.',
  },
  {
    code: 'placement.not-enough-memory',
    title: 'No host that was asked has enough memory',
    means:
      'The scheduler asked up to four hosts, drawn at random, and on each of them more than 95 % of the memory would be configured. Configured memory counts, not used memory.',
    real: 'Photon Controller 0.8: `NotEnoughMemoryResource` at step ReserveResource; later operations on that VM only say StateError (facts/photon-and-vdvs.md 4.3). Memory is not overcommitted (4.2), and a host that is both MGMT and CLOUD gives a quarter of it to the management VM (2.2).',
    rehearse: "Shrink the hosts: --set 'hosts.*.memory=16GiB'.",
    fix: 'Add hosts, use a smaller flavor, or delete VMs, failed clusters included: a VM in ERROR keeps its place. Plan with 95 % of the memory of CLOUD hosts, less the largest VM.',
  },
  {
    code: 'datastore.full',
    title: 'The image does not fit on the datastore',
    means:
      'The VM image has to be copied to the datastore before the first clone, and there is no room for it. Boot disks themselves are linked clones and count as nothing.',
    real: 'Photon Controller 0.8: `NotEnoughDatastoreCapacity`. The copy ("lazy copy") happens inside the creation of the first VM on that datastore (facts/photon-and-vdvs.md section 3); agents refuse above 95 % (4.2). Linked clones grow later, which the scheduler does not foresee.',
    rehearse: "Make the datastore smaller than the image: --set 'datastores.vsan-1.capacity=1GiB'.",
    fix: 'Give the datastore more capacity or use a smaller image. In the field upload images with EAGER replication, so that a full datastore shows before a cluster needs it, and keep room for the clones to grow.',
  },
  {
    code: 'host.failed',
    title: 'A host went down and took its VMs along',
    means:
      'The host stopped at an instant named by an action, and every VM placed on it is lost. Nothing restarts them: the platform has no high availability for them.',
    real: 'vCenter shows the host as `not responding`; Photon Controller marks the agent MISSING after a failed ping, one a minute, and the scheduler drops it after 60 s (facts/photon-and-vdvs.md 2.1). Photon 0.8 repairs only slaves, once an hour, and never a master (5.5).',
    rehearse:
      "Let every host fail under a VM: --set 'do=[{ at: 1m, create-vm: { name: web-1, tenant: lab, project: dev, flavor: cluster-other-vm } }, { at: 5m, fail-host: \"esx-*\" }]' --set 'expect=[]'.",
    fix: 'Spread masters and ZooKeepers over hosts so that a quorum survives, or put vSphere HA below the platform. Afterwards delete what was lost and provision it anew.',
  },
  {
    code: 'node.deleted',
    title: 'A node was deleted while it was being made',
    means:
      'Somebody deleted the VM of a cluster node before the node was ready, so the wait for it ends at once. Deleting the whole cluster is no failure.',
    real: 'Photon Controller 0.8: `VmNotFound` from the step that polls the VM; the create task fails with the message of its last poll (facts/photon-and-vdvs.md 5.2).',
    rehearse:
      "Delete the VM of a node. A scenario deletes VMs that it names, so name one after the end: --set 'do=[{ at: 5m, create-cluster: { name: mesos-1, tenant: lab, project: dev, zookeepers: [10.20.0.11], slaves: 4 } }, { at: 6m, delete-vm: mesos-1-zookeeper-1 }, { at: 2h, create-vm: { name: mesos-1-zookeeper-1, tenant: lab, project: dev, flavor: cluster-other-vm } }]'.",
    fix: 'Leave the VMs of a cluster alone until its creation is over, or delete the cluster. By hand delete by id, since names are not unique.',
  },
  {
    code: 'node.name-taken',
    title: 'A node has the name of a VM that exists',
    means:
      'A VM was made by hand under the name that the cluster gives one of its nodes. Here VMs are known by their names, so the node cannot be made. The VM stays when the cluster is deleted.',
    real: 'Photon Controller knows VMs by id and names need not be unique (facts/photon-and-vdvs.md 5.4): there the node would be a second VM of that name, and commands that look a VM up by name may find the other one.',
    rehearse:
      "Take the name of a node first: --set 'do=[{ at: 1m, create-vm: { name: mesos-1-zookeeper-1, tenant: lab, project: dev, flavor: cluster-other-vm } }, { at: 5m, create-cluster: { name: mesos-1, tenant: lab, project: dev, zookeepers: [10.20.0.11], slaves: 4 } }]' --set 'expect=[]'.",
    fix: 'Give the VM or the cluster another name: nodes are named after their cluster, their role and a number.',
  },
];

const SERVICES: readonly Page[] = [
  {
    code: 'image.not-found',
    title: 'The registry does not have that image',
    means:
      'The session to the registry works and the certificate is trusted, but no image of that name and tag is published there.',
    real: 'Docker: `manifest for NAME not found: manifest unknown: manifest unknown`. Docker 1.11 falls back to the v1 protocol and shows that error instead (facts/registry-and-tls.md 3.1, 8.2). A missing manifest is not retried. On a Photon node nobody sees it: `docker run` is started once, its exit code is not looked at.',
    rehearse:
      'Mistype a tag: --set \'do[0].create-cluster.images={ marathon: "mesosphere/marathon:v0.15.1" }\'. The check warns of it as name.unknown.',
    fix: 'Publish the image under internet.<registry>.images or name one that is there. In the field pull every image by hand through the same proxy first, with the exact tag of the node template.',
  },
  {
    code: 'registry.unreachable',
    title: 'The registry does not answer',
    means:
      'No site of that name is declared (the look-up fails after 50 ms), it is not up (the ping gives up after 15 s), it answers with an error, or it cut off a layer on every attempt. The pull is over: only layers are ever retried.',
    real: 'Docker: `dial tcp: lookup H on S:53: no such host`, `dial tcp A:443: i/o timeout`, `connect: connection refused`, `no route to host`, `received unexpected HTTP status`, `toomanyrequests`, `unexpected EOF`; 1.11 says `Network timed out while trying to connect to`. Ping and token time-outs are 15 s (facts/registry-and-tls.md 8.2).',
    rehearse: 'Take the registry down: --set \'internet."registry-1.docker.io".up=false\'.',
    fix: 'Declare the registry under `internet`, or name images of one that is there. In the field preload the images in the VM image, as Photon 1.1 did for Kubernetes, or run a mirror inside; a mirror serves Docker Hub names only (8.3).',
  },
  {
    code: 'registry.rate-limited',
    title: 'The address had all its pulls',
    means:
      'The registry counts the manifests that each address fetches, and this one is over `limit` until the window of its first pull ends. Machines behind a proxy share its address. The engine does not try again.',
    real: 'Docker Hub from November 2020: 429 with `toomanyrequests: You have reached your pull rate limit`, 100 pulls in 6 h for an address without an account, 200 with one; a HEAD counts for nothing, and `ratelimit-remaining` tells what is left (facts/registry-and-tls.md 8.3). In 2016 there was no limit.',
    rehearse:
      'Let the registry give five pulls to an address: --set \'internet."registry-1.docker.io".limit={ pulls: 5, per: 6h }\'.',
    fix: 'Put a pull-through cache inside (`mirror-of`, and platform.vm-image.mirror): it fetches each image once for all nodes. Or preload images, or sign in. In the field read the headers through the proxy before a boot storm, with a HEAD.',
  },
  {
    code: 'proxy.down',
    title: 'The proxy refuses connections',
    means:
      'The network reaches the internet through a proxy, and that proxy is not up. Every pull from that network fails at once.',
    real: 'Go clients: `proxyconnect tcp: dial tcp A:3128: connect: connection refused`. A box that nobody was told of (`mode: transparent`) takes everything with it that should pass: clients see the site time out. A proxy that is up but does not reach the origin says so with 503 or 502: in its page where it opens sessions, `received unexpected HTTP status: 503 Service Unavailable`, else at CONNECT, `Service Unavailable` (facts/registry-and-tls.md section 5).',
    rehearse: "Switch it off: --set 'proxies.edge.up=false'.",
    fix: 'Bring the proxy up, or take the network out of its `path`. In the field test it from the node network, not from a desk: `curl -x http://PROXY:PORT https://registry-1.docker.io/v2/` should end in 401.',
  },
  {
    code: 'registry.plain-http',
    title: 'The registry speaks plain HTTP',
    means:
      'The client began with TLS, as it does with every registry that it was not told to put up with, and was answered in plain HTTP. Nothing tries again. An engine that has the registry in its list of insecure ones tries TLS first, does not look at certificates, and goes on without TLS when there is none.',
    real: 'Go clients: `http: server gave HTTP response to HTTPS client`; up to Docker 1.11 `tls: oversized record received with length 20527`, which is the word `HTTP` read as a length. A `registry:2` container that was started without a certificate answers like this on port 5000.',
    rehearse: `Let the Hub speak plain HTTP: --set 'internet."registry-1.docker.io".plain=true'.`,
    fix: 'Scenario: platform.vm-image.insecure-registries, or a certificate (`tls`). Field: `insecure-registries` for every engine, and a restart; better a certificate, since whoever stands on the way can change what comes over plain HTTP.',
  },
  {
    code: 'proxy.authentication',
    title: 'The proxy asks who is there',
    means:
      'The proxy lets through only its `users`, and the machine told it no user, or one that it does not know. It answers every CONNECT with 407, before it looks at the host or its bypass list, and no client tries again.',
    real: 'Go clients tell the words of the answer alone: `Get "https://registry-1.docker.io/v2/": Proxy Authentication Required`; up to 1.12 `Error while pulling image: Get https://index.docker.io/v1/...: Proxy Authentication Required`. They know Basic only, so a proxy that wants NTLM or Kerberos needs a relay on the node. A transparent proxy cannot ask.',
    rehearse: "Let the proxy know one user, and the nodes say nothing: --set 'proxies.edge.users=[nodes]'.",
    fix: 'Scenario: platform.vm-image.proxy-user. Field: `HTTPS_PROXY=http://user:password@proxy:3128` in the unit of the engine, not in a shell; a password with @ or : in it is percent-encoded. Or let the proxy know the node network by its addresses.',
  },
  {
    code: 'time.exceeded',
    title: 'A service did not answer in time',
    means:
      'The controller polled a node 120 times, 5 s apart, and it never answered. This is a symptom: `why` goes on to the failed pull, the duplicate address or the slow link below it.',
    real: 'Photon Controller 0.8: `Wait period expired` inside `Failed to rollout MesosZookeeper`, ten minutes after the addresses came; people remember it as "Time Exceeded". Any connection error counts as not ready, and the node script neither retries its `docker run` nor checks it (facts/photon-and-vdvs.md 5.2, 5.3; facts/registry-and-tls.md 9).',
    rehearse: "Make the way too narrow for the images: --set 'proxies.edge.bandwidth=1Mbps'.",
    fix: 'Mend what `why` names. If it is only slow: preload the images, share base layers, widen the link, or wait longer (platform.service-wait). In the field log in to the node and read `docker ps -a` and the cloud-init log before deleting it.',
  },
  {
    code: 'task.step-timeout',
    title: 'One step of the task took longer than the API allows',
    means:
      'The API gives each phase of a cluster 30 minutes. The step is reported as failed while the cluster manager goes on, so the cluster may still become READY.',
    real: 'Photon Controller 0.8: the step ends as InternalError, `did not complete in timely fashion`; it is polled every 5 s for 30 min (facts/photon-and-vdvs.md 5.6). A slow phase can take 10 min for addresses and 10 min for services and stay below that.',
    rehearse: "Allow a phase one minute: --set 'platform.step-limit=1m'.",
    fix: 'Look at the cluster, not at the task, before doing anything: it may be alive. Make phases shorter with preloaded images and fewer nodes at once, or raise platform.step-limit in the scenario to see what would have come of it.',
  },
  {
    code: 'task.client-timeout',
    title: 'The client stopped waiting for the task',
    means:
      'Whoever asked waits 30 minutes for the whole task and then goes away. The platform does not notice; the creation goes on and may well succeed.',
    real: 'Photon CLI 0.8: `Timed out while waiting for task to complete` after 30 min of polling every 0.5 s; the SDK says TaskTimeoutError; `--wait-for-ready` allows 60 min (facts/photon-and-vdvs.md 5.6). Four phases of up to 20 min each can honestly take longer.',
    rehearse: "Let the client be impatient: --set 'platform.client-limit=2m'.",
    fix: 'Do not create it again under the same name: ask for the state of the cluster instead. In scripts poll the cluster yourself, and expect READY `by` a time that the phases can keep.',
  },
];

const BY_HAND: readonly Page[] = [
  {
    code: 'engine.not-running',
    title: 'No container engine was there to hear it',
    means:
      'Somebody pulled, restarted or added roots on a node that was not there yet, was gone, or whose engine did not run. A restart ends the pull under way, and what waits for it, in the same way.',
    real: 'Docker 1.11: `Cannot connect to the Docker daemon. Is the docker daemon running on this host?`; the same words are assumed for the others and for a connection that a restart cuts. Scripts of nodes run `docker run` once (facts/photon-and-vdvs.md 5.3), so what a restart cuts off is not asked for again; containers that exist come back.',
    rehearse:
      "Restart an engine before its node is made: --set 'do[1]={ at: 6m, restart-engine: mesos-1-slave-1 }'.",
    fix: 'Act later, when the node is ready, and never restart an engine that still pulls for its node. A node that lost its pull needs its start script once more, or to be made anew.',
  },
];

/** Every failure, in the order of a machine coming up. */
export const FAILURE_PAGES: readonly Page[] = [...ADDRESSES, ...TRUST, ...PLATFORM, ...SERVICES, ...BY_HAND];
