import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Fault, Outcome } from '../model/index.ts';
import type { Classifier, ClassifyRule, HeaderReader } from './classify.ts';
import { classifyStatus, compileClassify } from './classify.ts';

const word = (outcome: Outcome): string => (outcome.kind === 'failure' ? outcome.cause : outcome.kind);
const noHeaders: HeaderReader = () => undefined;
const compile = (...rules: ClassifyRule[]): Classifier => {
  const faults: Fault[] = [];
  const classifier = compileClassify(rules, faults);
  assert.deepEqual(faults, []);
  return classifier;
};

test('without rules everything is judged as always', () => {
  for (const rules of [undefined, []]) {
    const classifier = compileClassify(rules, []);
    for (let status = 0; status < 700; status++)
      assert.deepEqual(classifier.answer(status, noHeaders), classifyStatus(status));
    assert.equal(word(classifier.error(new Error('x'))), 'other');
  }
});

test('the first rule whose conditions all hold decides', () => {
  const classifier = compile(
    { status: 501, as: 'success' },
    { status: '500-503', as: 'ignored' },
    { status: ['400-404', 503, '409'], as: 'other' },
  );
  const judged = [501, 500, 502, 503, 504, 404, 405, 409, 200].map((status) =>
    word(classifier.answer(status, noHeaders)),
  );
  assert.deepEqual(judged, [
    'success',
    'ignored',
    'ignored',
    'ignored',
    'server-error',
    'other',
    'ignored',
    'other',
    'success',
  ]);
});

test('a header decides by its text, with any case and asterisks', () => {
  const classifier = compile(
    { header: { name: 'X-Fault', matches: 'Client*retry*' }, as: 'ignored' },
    { status: '200-299', header: { name: 'x-error', matches: '*' }, as: 'server-error' },
  );
  const answer = (status: number, headers: Record<string, string>): string =>
    word(classifier.answer(status, (name) => headers[name]));
  assert.equal(answer(500, { 'x-fault': 'client: no RETRY please' }), 'ignored');
  assert.equal(answer(500, { 'x-fault': 'client' }), 'server-error');
  assert.equal(answer(500, { 'x-fault': 'a client retry' }), 'server-error');
  assert.equal(answer(200, { 'x-error': '' }), 'server-error');
  assert.equal(answer(200, {}), 'success');
});

test('a cause is what the result would be judged as without rules, and reaches errors too', () => {
  const classifier = compile({ cause: 'server-error', as: 'ignored' }, { cause: 'other', as: 'ignored' });
  assert.equal(word(classifier.answer(500, noHeaders)), 'ignored');
  assert.equal(word(classifier.error(new Error('x'))), 'ignored');
  assert.equal(word(classifier.error(Object.assign(new Error('x'), { code: 'ECONNRESET' }))), 'reset');
});

test('a rule for a status does not touch errors', () => {
  assert.equal(word(compile({ status: '100-599', as: 'success' }).error(new Error('x'))), 'other');
});

test('a rule that says overload keeps the wish of the instance', () => {
  const classifier = compile({ status: [500, 503], as: 'overload' });
  assert.deepEqual(
    classifier.answer(500, (name) => (name === 'retry-after' ? '4' : undefined)),
    { kind: 'failure', cause: 'overload', retryAfterMs: 4000 },
  );
  assert.deepEqual(classifier.answer(503, noHeaders), { kind: 'failure', cause: 'overload' });
});

test('wrong rules are all reported at once, by their path', () => {
  const wrong: readonly [unknown, readonly string[]][] = [
    [42, ['classify']],
    [{}, ['classify']],
    [null, ['classify']],
    [Array.from({ length: 101 }, () => ({ status: 500, as: 'ignored' })), ['classify']],
    [
      [null, 'x', [], undefined],
      ['classify[0]', 'classify[1]', 'classify[2]', 'classify[3]'],
    ],
    [[{ as: 'ignored' }], ['classify[0]']],
    [
      [{ status: 500 }, { status: 500, as: 'fine' }, { status: 500, as: 'check' }, { status: 500, as: '__proto__' }],
      ['classify[0].as', 'classify[1].as', 'classify[2].as', 'classify[3].as'],
    ],
    [
      [{ status: 99, cause: 'bad', header: {}, as: 1, more: 1 }],
      ['classify[0].more', 'classify[0].as', 'classify[0].cause', 'classify[0].status', 'classify[0].header'],
    ],
    [
      JSON.parse('[{ "__proto__": { "status": 500, "as": "ignored" } }]'),
      ['classify[0].__proto__', 'classify[0]', 'classify[0].as'],
    ],
    [[Object.create({ status: 500, as: 'ignored' })], ['classify[0]', 'classify[0].as']],
  ];
  for (const [rules, paths] of wrong) {
    const faults: Fault[] = [];
    compileClassify(rules, faults);
    assert.deepEqual(
      faults.map((fault) => fault.path),
      paths,
    );
  }
});

test('a status is from 100 to 599, and nothing else', () => {
  for (const status of [
    '',
    '5xx',
    '500-',
    '-500',
    '599-500',
    '500-600',
    '0500',
    ' 500',
    600,
    99,
    500.5,
    NaN,
    -500,
    Infinity,
    [],
    [500, 'x'],
    [[500]],
    {},
    true,
    null,
    Array.from({ length: 101 }, () => 500),
  ]) {
    const faults: Fault[] = [];
    compileClassify([{ status, as: 'ignored' }], faults);
    assert.deepEqual(
      faults.map((fault) => fault.path),
      ['classify[0].status'],
      JSON.stringify(status),
    );
  }
});

test('a header needs a name and a short text', () => {
  for (const header of [
    null,
    'x',
    {},
    { name: 'x' },
    { name: '', matches: 'x' },
    { name: 'a b', matches: 'x' },
    { name: 'x\r\ny', matches: 'x' },
    { name: 'x', matches: '' },
    { name: 'x', matches: 'x'.repeat(1001) },
    { name: 'x', matches: '*'.repeat(11) },
    { name: 'x', matches: /x/ },
    { name: 'x', matches: 'x', more: 1 },
  ]) {
    const faults: Fault[] = [];
    compileClassify([{ header, as: 'ignored' }], faults);
    assert.deepEqual(
      faults.map((fault) => fault.path),
      ['classify[0].header'],
      JSON.stringify(header),
    );
  }
});

test('a rule with a fault is left out and the others stand', () => {
  const classifier = compileClassify(
    [
      { status: 500, as: 'fine' },
      { status: 501, as: 'ignored' },
    ],
    [],
  );
  assert.deepEqual(
    [500, 501].map((status) => word(classifier.answer(status, noHeaders))),
    ['server-error', 'ignored'],
  );
});

test('asterisks match as a regular expression of the same meaning would', () => {
  const text = fc
    .string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 })
    .filter((pattern) => pattern.length > 0);
  fc.assert(
    fc.property(text, fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 }), (pattern, value) => {
      const classifier = compile({ header: { name: 'x', matches: pattern }, as: 'other' });
      const expected = new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(value);
      assert.equal(word(classifier.answer(200, () => value)) === 'other', expected);
    }),
    { numRuns: 500 },
  );
});

test('a hundred rules and the longest pattern stay linear on a hostile header', () => {
  const rules = Array.from({ length: 100 }, () => ({
    header: { name: 'x', matches: '*a*a*a*a*a*a*a*a*b' },
    as: 'ignored' as const,
  }));
  assert.equal(word(compile(...rules).answer(500, () => 'a'.repeat(1_000_000))), 'server-error');
});
