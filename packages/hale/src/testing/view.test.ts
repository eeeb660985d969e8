import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrayView } from './view.ts';

test('an array view shows everyone at first, with defaults', () => {
  const view = arrayView([{ id: 'a' }, { id: 'b', weight: 4, trust: 0.5, inFlight: 8 }]);
  assert.equal(view.count, 2);
  assert.deepEqual([view.id(1), view.order(1), view.position(1)], ['b', 1, 1]);
  assert.deepEqual([view.weight(0), view.score(0), view.inFlight(0), view.latency(0), view.trust(0)], [1, 1, 0, 10, 1]);
  assert.deepEqual([view.share(0), view.share(1)], [0.25, 0.5]);
  assert.deepEqual([view.price(0), view.price(1)], [10, 30]);
  assert.equal(view.meanLoad, 8 / 5);
  assert.equal(view.isAvailable(0), true);
});

test('leaving moves the last position into the gap; orders stay', () => {
  const view = arrayView([{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
  view.leave(0);
  assert.deepEqual([view.id(0), view.id(1)], ['c', 'b']);
  assert.deepEqual([view.position(0), view.position(2)], [-1, 0]);
  view.enter(0);
  view.enter(0);
  assert.deepEqual([view.count, view.position(0)], [3, 2]);
  view.leave(7);
  view.enter(7);
  assert.equal(view.count, 3);
  assert.equal(view.members().length, 3);
});

test('with nobody eligible the mean load is 0', () => {
  assert.equal(arrayView([]).meanLoad, 0);
});

test('reading a position that does not exist throws', () => {
  const view = arrayView([{ id: 'a' }]);
  for (const position of [-1, 1, 0.5, Number.NaN]) assert.throws(() => view.share(position), RangeError);
});

test('two instances with one order are refused', () => {
  assert.throws(() => arrayView([{ id: 'a', order: 1 }, { id: 'b' }]), RangeError);
});

test('a lent view can be read while it is lent only', () => {
  const view = arrayView([{ id: 'a' }]);
  assert.equal(
    view.lend((lent) => lent.id(0)),
    'a',
  );
  assert.throws(() => view.count, /after the pick/);
  assert.throws(
    () =>
      view.lend(() => {
        throw new TypeError('from within');
      }),
    TypeError,
  );
  assert.throws(() => view.id(0), /after the pick/);
});

test('reads are counted', () => {
  const view = arrayView([{ id: 'a' }]);
  view.price(view.count - 1);
  assert.equal(view.reads, 2);
});
