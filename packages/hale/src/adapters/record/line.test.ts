// The format of a line is a promise: other programs read it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FAILURE_CAUSES } from '../../core/model/index.ts';
import { outcome } from './folder-fixture.test.ts';
import { HEADER, LineFormat } from './line.ts';

const line = (rest: Parameters<typeof outcome>[0]): string => new LineFormat().line(outcome(rest));

test('a line says time, service, instance, outcome, cause, latency and source, in this order', () => {
  assert.equal(HEADER, '{"hale":"record","version":1}\n');
  assert.equal(
    line({ outcome: 'failure', cause: 'timeout', latencyMs: 12.3 }),
    '{"time":1764000000000.123,"service":"api","instance":"a","outcome":"failure","cause":"timeout","latencyMs":12.3,"source":"traffic"}\n',
  );
  assert.equal(
    line({ outcome: 'ignored', source: 'report' }),
    '{"time":1764000000000.123,"service":"api","instance":"a","outcome":"ignored","source":"report"}\n',
  );
});

test('only a failure has a cause, and only a latency that is known is told', () => {
  assert.doesNotMatch(line({ cause: 'reset' }), /cause/);
  for (const latencyMs of [undefined, NaN, Infinity, -1]) assert.doesNotMatch(line({ latencyMs }), /latencyMs/);
  assert.match(line({ latencyMs: 0 }), /"latencyMs":0,/);
  assert.match(line({ latencyMs: 0.000_4 }), /"latencyMs":0,/);
  assert.match(line({ latencyMs: 1 / 3 }), /"latencyMs":0.333,/);
});

test('whatever names hold, a line is one line of JSON that says the same', () => {
  const format = new LineFormat();
  const name = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.constantFrom('"', '\n', '\u2028', '\ud800', '😀'),
  );
  fc.assert(
    fc.property(
      fc.record({
        time: fc.double({ min: 0, max: 4e12, noNaN: true }),
        service: name,
        instance: name,
        cause: fc.constantFrom(...FAILURE_CAUSES),
        latencyMs: fc.double({ min: 0, max: 1e8, noNaN: true }),
        source: fc.constantFrom('traffic', 'check', 'report'),
      }),
      (given) => {
        const text = format.line({ outcome: 'failure', ...given });
        assert.equal(text.indexOf('\n'), text.length - 1);
        const { time, latencyMs, ...rest } = JSON.parse(Buffer.from(text).toString('utf8')) as typeof given;
        assert.ok(Math.abs(time - given.time) < 0.001 && Math.abs(latencyMs - given.latencyMs) <= 0.0005);
        const { time: _, latencyMs: __, ...expected } = { outcome: 'failure', ...given };
        assert.deepEqual(rest, expected);
      },
    ),
  );
});

test('more names than are kept are written all the same', () => {
  const format = new LineFormat();
  for (let i = 0; i < 25_000; i++) {
    const text = format.line(outcome({ instance: `i${i}` }));
    if (i % 997 === 0) assert.equal((JSON.parse(text) as { instance: string }).instance, `i${i}`);
  }
});
