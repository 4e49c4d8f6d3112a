/** Certificates whose signatures lead in a circle: a chain through them never reaches a root. */
import type { Certificate } from '../../models/trust/certificate.ts';

/** Each circle of keys once, as the certificates on it. A key that signed itself is a root, and no circle. */
export function loopsIn(certificates: Iterable<Certificate>): Certificate[][] {
  const signers = new Map<string, Certificate>();
  const roots = new Set<string>();
  for (const certificate of certificates) {
    const { key, signedBy } = certificate;
    if (key === signedBy) roots.add(key);
    else if (signedBy !== '' && !signers.has(key)) signers.set(key, certificate);
  }
  const done = new Set<string>(roots);
  const loops: Certificate[][] = [];
  for (const start of signers.keys()) {
    const trail: Certificate[] = [];
    let key = start;
    for (let next = signers.get(key); next !== undefined && !done.has(key); next = signers.get(key)) {
      done.add(key);
      trail.push(next);
      key = next.signedBy;
    }
    const from = trail.findIndex((one) => one.key === key);
    if (from >= 0) loops.push(trail.slice(from));
  }
  return loops;
}
