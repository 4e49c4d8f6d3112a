/** IP addresses and their networks in certificates, as bytes. */

const V4 = /^\d{1,3}(\.\d{1,3}){3}$/;

/** The 4 or 16 bytes of an address; undefined when the text is none. */
export function bytesOf(text: string): readonly number[] | undefined {
  if (V4.test(text)) {
    const bytes = text.split('.').map(Number);
    return bytes.every((byte) => byte < 256) ? bytes : undefined;
  }
  if (!/^[\da-f:]+$/i.test(text)) return undefined;
  const [head = '', tail, ...more] = text.split('::');
  const words = (part: string) => (part === '' ? [] : part.split(':'));
  const [front, back] = [words(head), words(tail ?? '')];
  const gap = 8 - front.length - back.length;
  if (more.length > 0 || (tail === undefined ? gap !== 0 : gap < 1)) return undefined;
  const all = [...front, ...Array.from({ length: gap }, () => '0'), ...back];
  if (!all.every((word) => /^[\da-f]{1,4}$/i.test(word))) return undefined;
  return all.flatMap((word) => [Number.parseInt(word, 16) >> 8, Number.parseInt(word, 16) & 255]);
}

/** Whether two texts are one address. */
export function sameAddress(a: string, b: string): boolean {
  const [left, right] = [bytesOf(a), bytesOf(b)];
  return left !== undefined && right !== undefined && left.join() === right.join();
}

/** Whether an address lies in a network in CIDR notation of its own family. */
export function inNetwork(address: string, network: string): boolean {
  const [base = '', length = ''] = network.split('/');
  const [mine, its] = [bytesOf(address), bytesOf(base)];
  if (mine === undefined || its === undefined || mine.length !== its.length) return false;
  return mine.every((byte, i) => {
    const bits = Math.min(8, Math.max(0, Number(length) - 8 * i));
    const mask = 0xff & ~(0xff >> bits);
    return (byte & mask) === ((its[i] as number) & mask);
  });
}
