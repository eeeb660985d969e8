import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { InstrumentValue } from '../../core/model/index.ts';
import { prometheusText } from './prometheus.ts';

const counter = (labels: Record<string, string>, value = 1, name = 'hale_x_total'): InstrumentValue => ({
  name,
  kind: 'counter',
  doc: 'Some.',
  labels,
  value,
});

test('nothing measured is nothing printed', () => {
  assert.equal(prometheusText([]), '');
});

test('series of one name stand together under one HELP and one TYPE, however they arrive', () => {
  const text = prometheusText([counter({ a: '1' }), counter({ b: '2' }, 5, 'hale_y_total'), counter({ a: '2' }, 0.5)]);
  assert.equal(
    text,
    `# HELP hale_x_total Some.
# TYPE hale_x_total counter
hale_x_total{a="1"} 1
hale_x_total{a="2"} 0.5
# HELP hale_y_total Some.
# TYPE hale_y_total counter
hale_y_total{b="2"} 5
`,
  );
});

test('a series without labels has no braces', () => {
  assert.match(prometheusText([counter({})]), /^hale_x_total 1$/m);
});

test('a histogram prints cumulative buckets, +Inf, sum and count', () => {
  const text = prometheusText([
    {
      name: 'h',
      kind: 'histogram',
      doc: 'Some.',
      labels: { s: 'a' },
      buckets: [
        { upTo: 0.001, count: 2 },
        { upTo: 1, count: 3 },
      ],
      sum: 7.5,
      count: 4,
    },
  ]);
  assert.equal(
    text,
    `# HELP h Some.
# TYPE h histogram
h_bucket{s="a",le="0.001"} 2
h_bucket{s="a",le="1"} 3
h_bucket{s="a",le="+Inf"} 4
h_sum{s="a"} 7.5
h_count{s="a"} 4
`,
  );
});

test('numbers that are none of the ordinary ones are written as the format has them', () => {
  const written = [Infinity, -Infinity, NaN, 1e21, 1e-7].map(
    (value) => prometheusText([counter({}, value)]).split('\n')[2],
  );
  assert.deepEqual(written, [
    'hale_x_total +Inf',
    'hale_x_total -Inf',
    'hale_x_total NaN',
    'hale_x_total 1e+21',
    'hale_x_total 1e-7',
  ]);
});

test('odd characters in an id cannot write a line of their own', () => {
  const rows: readonly [string, string][] = [
    ['a"b', 'a\\"b'],
    ['a\\b', 'a\\\\b'],
    ['a\nb 1', 'a\\nb 1'],
    ['\\n', '\\\\n'],
    ['\\"', '\\\\\\"'],
    ['ü 雪 \u{1f600}', 'ü 雪 \u{1f600}'],
    ['{},=', '{},='],
    ['', ''],
    ['__proto__', '__proto__'],
  ];
  for (const [id, written] of rows)
    assert.equal(prometheusText([counter({ instance: id })]).split('\n')[2], `hale_x_total{instance="${written}"} 1`);
});

test('a HELP text stays on its line', () => {
  assert.equal(prometheusText([{ ...counter({}), doc: 'a\nb\\c' }]).split('\n')[0], '# HELP hale_x_total a\\nb\\\\c');
});

test('whatever a label holds, it is read back as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('\\', '"', '\n', 'n', 'a', '}', ' ', '\r') }), (value) => {
      const lines = prometheusText([counter({ instance: value })]).split('\n');
      assert.equal(lines.length, 4);
      const escaped = /^hale_x_total\{instance="((?:[^"\\]|\\["\\n])*)"\} 1$/.exec(lines[2]);
      assert.ok(escaped);
      assert.equal(
        escaped[1].replaceAll(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character)),
        value,
      );
    }),
  );
});
