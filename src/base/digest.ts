/** SHA-256, the only hash that premortem promises anything about. */
import { createHash, hash } from 'node:crypto';

/** SHA-256 over the parts, one after the other. Texts count as UTF-8. */
export function sha256(...parts: readonly (Uint8Array | string)[]): Uint8Array {
  const running = createHash('sha256');
  for (const part of parts) running.update(part);
  return running.digest();
}

/** SHA-256 of a text as UTF-8, in lower-case hexadecimal digits: in one call, which for a short one takes a fifth of the time. */
export function sha256Hex(text: string): string {
  return hash('sha256', text);
}

/** Bytes as lower-case hexadecimal digits. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
