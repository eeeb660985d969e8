import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Queued } from './due-heap.ts';
import { DueHeap } from './due-heap.ts';

const newItem = (): Queued => ({ dueAt: 0, order: 0, place: -1 });

test('gives out what is due first, and equals in the order of their arrival', () => {
  const heap = new DueHeap<Queued>();
  const [a, b, c] = [newItem(), newItem(), newItem()];
  heap.put(a, 5);
  heap.put(b, 3);
  heap.put(c, 3);
  const order: Queued[] = [];
  for (let first = heap.first; first; first = heap.first) {
    order.push(first);
    heap.remove(first);
  }
  assert.deepEqual(
    order.map((item) => [a, b, c].indexOf(item)),
    [1, 2, 0],
  );
});

test('removing what is not inside does nothing', () => {
  const heap = new DueHeap<Queued>();
  heap.put(newItem(), 1);
  heap.remove(newItem());
  assert.equal(heap.size, 1);
});

test('agrees with a sorted list under any sequence of puts, moves and removals', () => {
  const operation = fc.record({ item: fc.nat(20), dueAt: fc.nat(30), removes: fc.boolean() });
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
      const heap = new DueHeap<Queued>();
      const items = Array.from({ length: 21 }, newItem);
      const inside = new Set<Queued>();
      for (const { item, dueAt, removes } of operations) {
        if (removes) {
          heap.remove(items[item]);
          inside.delete(items[item]);
        } else {
          heap.put(items[item], dueAt);
          inside.add(items[item]);
        }
        assert.equal(heap.size, inside.size);
        const first = [...inside].sort((x, y) => x.dueAt - y.dueAt || x.order - y.order)[0];
        assert.equal(heap.first, first);
      }
    }),
  );
});
