/** Lists of which the first item is the least: each item stands before the two at twice its place. No two items are equal. */
import type { Compare } from './sorted.ts';

function rise<T>(heap: T[], item: T, from: number, compare: Compare<T>): void {
  let i = from;
  while (i > 0) {
    const above = (i - 1) >>> 1;
    if (compare(heap[above] as T, item) <= 0) break;
    heap[i] = heap[above] as T;
    i = above;
  }
  heap[i] = item;
}

function sink<T>(heap: T[], item: T, from: number, compare: Compare<T>): void {
  let i = from;
  for (let below = 2 * i + 1; below < heap.length; below = 2 * i + 1) {
    if (below + 1 < heap.length && compare(heap[below + 1] as T, heap[below] as T) < 0) below += 1;
    if (compare(item, heap[below] as T) <= 0) break;
    heap[i] = heap[below] as T;
    i = below;
  }
  heap[i] = item;
}

/** Adds an item. */
export function push<T>(heap: T[], item: T, compare: Compare<T>): void {
  rise(heap, item, heap.length, compare);
}

/** Takes an item out that is among them: the sooner found, the smaller it is. */
export function pull<T>(heap: T[], item: T, compare: Compare<T>): void {
  const place = heap.findIndex((one) => compare(one, item) === 0);
  const last = heap.pop() as T;
  if (place === heap.length) return;
  sink(heap, last, place, compare);
  rise(heap, heap[place] as T, place, compare);
}

/** The items that come first, in no order: all that pass a test which no item after a failing one passes. */
export function heads<T>(heap: readonly T[], passes: (item: T) => boolean): T[] {
  const found: T[] = [];
  const look = [0];
  for (let i = look.pop(); i !== undefined; i = look.pop()) {
    if (i >= heap.length || !passes(heap[i] as T)) continue;
    found.push(heap[i] as T);
    look.push(2 * i + 1, 2 * i + 2);
  }
  return found;
}
