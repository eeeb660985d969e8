import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { InstrumentValue } from './instruments.ts';
import { INSTRUMENTS, reading } from './instruments.ts';
import { InstrumentStore } from './instrument-store.ts';

const OUTCOMES = { label: 'outcome', values: ['success', 'ignored', 'reset'] };
const told = (values: readonly InstrumentValue[]): string[] =>
  values.map(
    (value) => `${Object.values(value.labels).join('/')}=${value.kind === 'histogram' ? value.count : value.value}`,
  );

test('the catalogue follows the rules of names, units and labels', () => {
  for (const [name, { kind, labels, doc, buckets }] of Object.entries(INSTRUMENTS)) {
    assert.match(name, /^hale_[a-z_]+$/);
    assert.equal(name.endsWith('_total'), kind === 'counter', name);
    assert.equal(buckets !== undefined, kind === 'histogram', name);
    for (const label of labels) assert.match(label, /^[a-z]+$/);
    assert.match(doc, /^[A-Z].*\.$/, name);
    if (buckets)
      assert.deepEqual(
        buckets,
        [...buckets].sort((a, b) => a - b),
      );
  }
});

test('a counter over a label has a cell for each of its values', () => {
  const store = new InstrumentStore();
  const place = store.open('hale_trips_total', { service: 'users' }, { label: 'reason', values: ['run', 'checks'] });
  store.add(place);
  store.add(place + 1, 2);
  store.add(place + 1);
  assert.deepEqual(told(store.values()), ['users/run=1', 'users/checks=3']);
});

test('a gauge can be set and moved', () => {
  const store = new InstrumentStore();
  const place = store.open('hale_connections', { side: 'upstream' });
  store.set(place, 5);
  store.add(place, -2);
  assert.deepEqual(store.values(), [
    {
      name: 'hale_connections',
      kind: 'gauge',
      doc: INSTRUMENTS.hale_connections.doc,
      labels: { side: 'upstream' },
      value: 3,
    },
  ]);
});

test('a histogram counts what is at most each bound, and the rest in its count', () => {
  const store = new InstrumentStore();
  const place = store.openHistogram('hale_request_duration_seconds', { service: 'users' });
  for (const seconds of [0, 0.001, 0.0011, 60, 61, Infinity, NaN, -1]) store.observe(place, seconds);
  const [value] = store.values();
  assert.ok(value.kind === 'histogram');
  assert.deepEqual(
    [value.buckets[0].count, value.buckets[1].count, value.buckets[13].count, value.buckets[14].count, value.count],
    [3, 4, 4, 5, 7],
  );
  assert.equal(value.sum, Infinity);
});

test('an observation at a place that is no histogram is ignored', () => {
  const store = new InstrumentStore();
  const place = store.open('hale_connections', { side: 'upstream' });
  store.observe(place, 1);
  store.observe(99, 1);
  assert.deepEqual(told(store.values()), ['upstream=0']);
});

test("an instance's counters that never counted are not listed, a service's are", () => {
  const store = new InstrumentStore();
  const place = store.open('hale_requests_total', { service: 'users', instance: 'a' }, OUTCOMES);
  store.open('hale_restores_total', { service: 'users' });
  store.add(place + 2);
  assert.deepEqual(told(store.values()), ['users/a/reset=1', 'users=0']);
});

test('series beyond the bound share one with an empty instance, and the sum stays right', () => {
  const store = new InstrumentStore(6);
  const places = ['a', 'b', 'c', 'd'].map((instance) =>
    store.open('hale_requests_total', { service: 'users', instance }, OUTCOMES),
  );
  for (const place of places) store.add(place);
  assert.deepEqual(told(store.values()), ['users/a/success=1', 'users/b/success=1', 'users//success=2']);
  store.close(places[2]);
  assert.equal(store.values().length, 3);
});

test('a series leaves with its instance, and its room is given to the next at zero', () => {
  const store = new InstrumentStore(3);
  const first = store.open('hale_requests_total', { service: 'users', instance: 'a' }, OUTCOMES);
  store.add(first, 7);
  store.close(first);
  store.close(first);
  assert.deepEqual(store.values(), []);
  const second = store.open('hale_requests_total', { service: 'users', instance: 'b' }, OUTCOMES);
  assert.equal(second, first);
  store.add(second);
  assert.deepEqual(told(store.values()), ['users/b/success=1']);
});

test('a redeploying fleet takes no more cells than it has instances', () => {
  const store = new InstrumentStore(30);
  for (let round = 0; round < 1000; round++) {
    const places = Array.from({ length: 10 }, (_, i) =>
      store.open('hale_requests_total', { service: 'users', instance: `${round}-${i}` }, OUTCOMES),
    );
    assert.ok(Math.max(...places) < 30);
    for (const place of places) store.close(place);
  }
});

test('a reading takes its kind and words from the catalogue', () => {
  assert.deepEqual(reading('hale_panic', { service: 'users' }, 1), {
    name: 'hale_panic',
    kind: 'gauge',
    doc: INSTRUMENTS.hale_panic.doc,
    labels: { service: 'users' },
    value: 1,
  });
});

test('however series come and go, each holds exactly what was counted in it', () => {
  const action = fc.record({
    instance: fc.constantFrom('a', 'b', 'c', 'd'),
    what: fc.constantFrom('open', 'close', 'add'),
  });
  fc.assert(
    fc.property(fc.array(action, { maxLength: 100 }), (actions) => {
      const store = new InstrumentStore();
      const open = new Map<string, { place: number; count: number }>();
      for (const { instance, what } of actions) {
        const series = open.get(instance);
        if (what === 'open' && !series)
          open.set(instance, {
            place: store.open('hale_requests_total', { service: 's', instance }, OUTCOMES),
            count: 0,
          });
        if (what === 'close' && series) {
          store.close(series.place);
          open.delete(instance);
        }
        if (what === 'add' && series) {
          store.add(series.place + 1);
          series.count++;
        }
      }
      const expected = [...open]
        .filter(([, { count }]) => count > 0)
        .map(([instance, { count }]) => `s/${instance}/ignored=${count}`);
      assert.deepEqual(told(store.values()).sort(), expected.sort());
    }),
  );
});

test('a histogram can be closed and its room used by another, and many can be open at once', () => {
  const store = new InstrumentStore();
  const places = Array.from({ length: 50 }, (_, i) =>
    store.openHistogram('hale_request_duration_seconds', { service: `${i}` }),
  );
  for (const place of places) store.observe(place, 0.5);
  assert.deepEqual(
    store.values().map((value) => value.kind === 'histogram' && value.count),
    places.map(() => 1),
  );
  store.close(places[7]);
  store.observe(places[7], 0.5);
  const again = store.openHistogram('hale_request_duration_seconds', { service: 'again' });
  assert.equal(again, places[7]);
  assert.ok(
    store
      .values()
      .some((value) => value.labels['service'] === 'again' && value.kind === 'histogram' && value.count === 0),
  );
});
