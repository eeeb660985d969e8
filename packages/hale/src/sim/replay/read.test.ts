// Records as they are found: cut, mixed up, written by other versions, or no records at all.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { DropReason, ReadOptions, RecordText } from './read.ts';
import { RecordReader, readRecord } from './read.ts';
import { BEGUN, HEADER, line } from './record-fixture.test.ts';

const HOUR_MS = 3_600_000;

/** The lines, with a good one before and behind. */
function around(text: string, options?: ReadOptions): RecordText {
  return readRecord([HEADER, line(), text, line({ time: BEGUN + 1 })], options);
}

describe('a record', () => {
  test('is read as typed outcomes, unknown keys passed over', () => {
    const { outcomes, report } = readRecord([
      HEADER,
      line({ colour: 'red' }),
      line({ time: BEGUN + 2, outcome: 'failure', cause: 'connect', latencyMs: undefined, source: 'report' }),
    ]);
    const shared = { service: 'api', instance: 'a' };
    assert.deepEqual(outcomes, [
      { ...shared, time: BEGUN, outcome: 'success', cause: undefined, latencyMs: 10, source: 'traffic' },
      { ...shared, time: BEGUN + 2, outcome: 'failure', cause: 'connect', latencyMs: undefined, source: 'report' },
    ]);
    assert.deepEqual([report.lines, report.used, report.dropped, report.hasHeader], [2, 2, 0, true]);
  });

  test('may be given in pieces that are cut anywhere, with either kind of line end', () => {
    const text = `\ufeff${HEADER}${line()}\r\n${line({ time: BEGUN + 1, instance: 'ü' })}`;
    const whole = readRecord([text]);
    assert.equal(whole.report.used, 2);
    assert.deepEqual(readRecord(text), whole);
    assert.deepEqual(readRecord([text.replaceAll('\n', '\r\n')]).outcomes, whole.outcomes);
  });

  test('may begin with its header again, where files were joined', () => {
    const { report } = around(HEADER);
    assert.deepEqual([report.lines, report.used, report.dropped], [2, 2, 0]);
  });

  test('is read without a header, and says so', () => {
    const { report } = readRecord([line()]);
    assert.deepEqual([report.used, report.hasHeader], [1, false]);
  });

  test('is sorted by time where its writers interleaved', () => {
    const times = [3000, 0, 4999, 2000].map((ms) => BEGUN + ms);
    const { outcomes, report } = readRecord(times.map((time) => line({ time })));
    assert.deepEqual(
      outcomes.map(({ time }) => time - BEGUN),
      [0, 2000, 3000, 4999],
    );
    assert.equal(report.dropped, 0);
  });

  test('keeps a whole last line that has no line feed', () => {
    assert.equal(readRecord([HEADER, line().trimEnd()]).report.used, 1);
  });
});

describe('a header of another file', () => {
  for (const [header, received] of [
    ['{"hale":"record","version":2}', 'version 2'],
    ['{"hale":"record"}', 'version nothing'],
    ['{"hale":"snapshot","version":1}', "a file of 'snapshot'"],
  ])
    test(`is refused, and nothing is used: ${header}`, () => {
      const { outcomes, report } = readRecord([line(), `${header}\n${line()}`, line()]);
      assert.equal(report.refused, `line 2: expected a record of version 1, received ${received}`);
      assert.deepEqual([outcomes.length, report.used, report.dropped], [0, 0, report.lines]);
    });
});

describe('a wrong line', () => {
  const cases: readonly (readonly [what: string, text: string, expected: RegExp, received: RegExp])[] = [
    ['no JSON', 'hello\n', /^JSON$/, /^hello$/],
    ['an array', '[1]\n', /an object/, /\[1\]/],
    ['null', 'null\n', /an object/, /null/],
    ['no time', line({ time: undefined }), /^time/, /nothing/],
    ['time as text', line({ time: '5' }), /^time/, /'5'/],
    ['an endless time', line().replace(String(BEGUN), '1e999'), /^time/, /null/],
    ['no service', line({ service: undefined }), /^service/, /nothing/],
    ['a numbered instance', line({ instance: 7 }), /^instance/, /7/],
    ['an empty instance', line({ instance: '' }), /^instance/, /''/],
    ['an instance of 257 characters', line({ instance: 'x'.repeat(257) }), /^instance/, /^'x{78}…$/],
    ['a service of 257 characters', line({ service: 'x'.repeat(257) }), /^service/, /…$/],
    ['an unknown outcome', line({ outcome: 'fine' }), /^outcome/, /'fine'/],
    ['an unknown cause', line({ outcome: 'failure', cause: 'gremlins' }), /^cause/, /'gremlins'/],
    ['a failure of no cause', line({ outcome: 'failure' }), /^cause/, /nothing/],
    ['no source', line({ source: undefined }), /^source/, /nothing/],
    ['an unknown source', line({ source: 'rumour' }), /^source/, /'rumour'/],
    ['a negative latency', line({ latencyMs: -1 }), /^latencyMs/, /-1/],
    ['a latency that was NaN', line({ latencyMs: Number.NaN }), /^latencyMs/, /null/],
    ['an absurd latency', line({ latencyMs: 1e8 }), /^latencyMs/, /100000000/],
    ['a terminal sequence', '\u001b[2Jgone\n', /^JSON$/, /^\ufffd\[2Jgone$/],
    ['a time that ran backwards', line({ time: BEGUN - 5001 }), /at most 5 s before/, /5\.0 s before it/],
    ['a time from the year 2099', line({ time: BEGUN + 75 * 365 * 24 * HOUR_MS }), /within an hour/, /^4/],
    ['a line of 64 kB', `${' '.repeat(2)}{"x":"${'y'.repeat(65_536)}"}\n`, /at most 65536 characters/, /^\{"x":"y+…$/],
  ];
  for (const [what, text, expected, received] of cases)
    test(`is reported and the rest is used: ${what}`, () => {
      const { outcomes, report } = around(text);
      assert.deepEqual(
        outcomes.map(({ time }) => time - BEGUN),
        [0, 1],
      );
      assert.deepEqual([report.lines, report.used, report.dropped], [3, 2, 1]);
      const [fault] = report.faults;
      assert.equal(fault.line, 3);
      assert.match(fault.expected, expected);
      assert.match(fault.received, received);
    });

  test('that is the last and was cut is reported as cut', () => {
    const { report } = readRecord([HEADER, line(), line().slice(0, 40)]);
    assert.deepEqual([...report.reasons], [['cut last line', 1]]);
    assert.deepEqual([report.used, report.dropped], [1, 1]);
  });

  test('that is the first and comes from 1970 does not make the record fifty years long', () => {
    const { outcomes, report } = readRecord([HEADER, line({ time: 5 }), line(), line({ time: BEGUN + 1 })]);
    assert.deepEqual([outcomes[0].time, report.used, report.dropped], [BEGUN, 2, 1]);
  });

  test('is shown up to the twentieth, and counted beyond', () => {
    const { report } = readRecord([HEADER, line(), 'x\n'.repeat(50)]);
    assert.deepEqual([report.faults.length, report.dropped], [20, 50]);
    assert.equal(report.faults[19].line, 22);
  });
});

describe('a bound', () => {
  const reasonOf = (lines: string[], options: ReadOptions): DropReason[] => [
    ...readRecord(lines, options).report.reasons.keys(),
  ];

  test('of outcomes is kept', () => {
    const lines = [0, 1, 2, 3].map((ms) => line({ time: BEGUN + ms }));
    const { report } = readRecord(lines, { maxOutcomes: 2 });
    assert.deepEqual([report.used, report.reasons.get('too many outcomes')], [2, 2]);
  });

  test('of instances is kept, and known ones go on', () => {
    const lines = ['a', 'b', 'c', 'a'].map((instance) => line({ instance }));
    const { outcomes, report } = readRecord(lines, { maxInstances: 2 });
    assert.equal(outcomes.map(({ instance }) => instance).join(''), 'aba');
    assert.equal(report.reasons.get('too many instances'), 1);
  });

  test('of length is kept', () => {
    const lines = [0, 1000, 2000].map((ms) => line({ time: BEGUN + ms }));
    assert.deepEqual(reasonOf(lines, { maxSpanMs: 1500 }), ['record too long']);
  });

  test('of known instances drops and counts the others', () => {
    const lines = ['a', 'b', 'c'].map((instance) => line({ instance }));
    const { report } = readRecord(lines, { known: new Set(['b']) });
    assert.deepEqual([report.used, report.reasons.get('unknown instance')], [1, 2]);
  });
});

describe('any text', () => {
  const valid = fc.record({
    time: fc.integer({ min: -20_000, max: 20_000 }).map((ms) => BEGUN + ms),
    instance: fc.constantFrom('a', 'b', 'c'),
    latencyMs: fc.oneof(fc.integer({ min: 0, max: 100 }), fc.double()),
  });
  const anyLine = fc.oneof(
    { weight: 4, arbitrary: valid.map((fields) => line(fields)) },
    fc.json().map((json) => `${json}\n`),
    fc.string(),
    fc.constantFrom(HEADER, '\n', line().slice(0, 50), '{"hale":"record","version":3}\n'),
  );

  test('never makes the reader throw, and every line is used or dropped for a reason', () => {
    fc.assert(
      fc.property(fc.array(anyLine), fc.integer({ min: 1, max: 50 }), (lines, size) => {
        const text = lines.join('');
        const reader = new RecordReader({ maxOutcomes: 10, maxInstances: 2 });
        for (let at = 0; at < text.length; at += size) reader.push(text.slice(at, at + size));
        const { outcomes, report } = reader.end();
        const physical = text.split('\n').filter((one) => one.trim() !== '').length;
        const counted = [...report.reasons.values()].reduce((sum, count) => sum + count, 0);
        assert.equal(report.used, outcomes.length);
        assert.equal(report.used + report.dropped, report.lines);
        assert.equal(counted, report.dropped);
        assert.ok(report.lines <= physical);
        const headers = text.split('\n').filter((one) => /"hale"/.test(one)).length;
        assert.ok(report.lines >= physical - headers, 'only headers are no lines');
        for (let at = 1; at < outcomes.length; at++) assert.ok(outcomes[at].time >= outcomes[at - 1].time);
      }),
      { numRuns: 300 },
    );
  });
});
