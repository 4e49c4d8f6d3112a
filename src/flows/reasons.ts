/** A wait ran out: what the waited-for machine was last stuck on. A deadline's own cause is only its start, so this is what `why` follows. */
import type { Sight } from './flow.ts';
import { neededBy, runs, serves } from './readiness.ts';

/** A failure's name, the product's words, and the events it rests on. */
export interface Reason {
  readonly why: string;
  readonly words: string;
  readonly facts: readonly number[];
}

/** No address in time (facts/photon-and-vdvs.md 5.2). A static node lacks one only while its guest is still on its way up. */
export function whyNoAddress(world: Sight, name: string): Reason {
  const client = world.state('dhcp-client', name);
  const vm = world.state('vm', name);
  const segment = client?.segment ?? vm?.spec?.network ?? '';
  const facts = [client?.lastSeq ?? vm?.poweredSeq ?? -1, ...whatKeepsAnswers(world, segment)];
  return { why: 'address.none', words: 'VM failed to acquire an IP address', facts };
}

/**
 * What keeps a segment without answers: relays and lines to its servers, servers that are off or silent or whose address somebody else has
 * taken, or that there are none.
 */
export function whatKeepsAnswers(world: Sight, segment: string): number[] {
  const ways = [...world.each('relay')].map(([, relay]) => relay).filter(({ near }) => near === segment);
  const off = ways.filter(({ servers, enabled }) => servers.length > 0 && !enabled);
  if (off.length > 0) return off.map(({ setSeq }) => setSeq);
  const lines = ways.filter(({ servers }) => servers.length === 0);
  const places = [segment, ...lines.map(({ far }) => far)];
  const servers = [...world.each('dhcp')].filter(([, { scopes }]) =>
    places.some((place) => scopes.has(place)),
  );
  if (servers.length === 0) return [world.state('segment', segment)?.declaredSeq ?? -1];
  // Where a server answers, it is the line that keeps the answers.
  if (lines.length > 0 && servers.some(([, { enabled }]) => enabled))
    return lines.map(({ setSeq }) => setSeq);
  return servers.map(([name, { segment: own, addresses, enabled, silentSeq, switchedSeq }]) => {
    const wire = world.state('segment', own);
    const unplugged = wire?.down.get(`dhcp/${name}`);
    const taken = wire?.duplicates.get(addresses[0] ?? -1)?.seq;
    return unplugged ?? (enabled ? (taken ?? (silentSeq >= 0 ? silentSeq : switchedSeq)) : switchedSeq);
  });
}

/** What keeps one machine from serving: a failed pull, a duplicate address, or whatever it did last. */
function stuckOn(world: Sight, name: string): number[] {
  const vm = world.state('vm', name);
  const docker = world.state('docker', name);
  const facts: number[] = [];
  if (vm?.power !== 'started') facts.push(vm?.failedSeq ?? -1);
  const duplicate = world.state('segment', vm?.spec?.network ?? '')?.duplicates.get(vm?.address ?? -1);
  if (duplicate !== undefined) facts.push(duplicate.seq);
  const isUp = runs(world, name);
  if (!isUp && docker !== undefined && docker.failedSeq >= 0) facts.push(docker.failedSeq);
  if (!isUp && facts.length === 0) facts.push(docker?.lastSeq ?? vm?.poweredSeq ?? -1);
  return facts;
}

/** The service did not answer in time: itself, or those it needs. */
export function whyNotServing(world: Sight, name: string): Reason {
  const own = stuckOn(world, name);
  const others = neededBy(world, name)
    .filter((other) => !serves(world, other))
    .flatMap((other) => stuckOn(world, other));
  return { why: 'time.exceeded', words: 'Wait period expired', facts: [...new Set([...own, ...others])] };
}
