import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { POLICIES } from '../policies/index.ts';
import { measure } from '../experiment.ts';
import { SCENARIOS, scenario } from '../scenarios/index.ts';
import type { Timeline } from '../measures/index.ts';
import { columnsIn, fit } from './fit.ts';
import { niceCeiling, percent } from './numbers.ts';
import { renderPicture } from './picture.ts';
import { sparkline } from './sparkline.ts';
import { trace } from './trace.ts';
import { worstFirst } from './view.ts';

const [hale, random] = ['hale', 'random'].map((name) => POLICIES.find((policy) => policy.name === name)!);
const sinkhole = { ...SCENARIOS.find(({ name }) => name === 'sinkhole')!, lengthMs: 60_000 };
const ran = trace(sinkhole, hale, 1);

describe('a sparkline', () => {
  test('has a block for each eighth, and marks of their own for nothing and for no value', () => {
    assert.equal(sparkline([0, 0.01, 0.2, 0.5, 0.99, 1, null, 2], 8, 1), '·▁▂▅██ █');
    assert.equal(sparkline([0, 0.01, 0.2, 0.5, 0.99, 1, null, 2], 8, 1, true), '_.:+@@ @');
  });

  test('takes the mean of the values that fall into one column, without those that are missing', () => {
    assert.equal(sparkline([0, 1, null, 1, 0, 0], 3, 1), '▅█·');
  });

  test('is never wider than its values, and bears none', () => {
    assert.equal(sparkline([1, 1], 10, 1), '██');
    assert.equal(sparkline([], 10, 1), '');
  });
});

describe('a picture for the terminal', () => {
  test('shows the share that goes with the fault and comes back after it, and marks fault and circuit', () => {
    const lines = renderPicture(ran.timeline);
    assert.match(lines[0], /^sinkhole: policy hale, seed 1$/);
    assert.match(lines[2], /^ {3}0 share {2}[▁-█]+[▁·]{15,}[▁-█]+$/);
    assert.match(lines[3], /^ +-?X{20,}o*h?$/);
    assert.ok(lines.some((line) => line.includes('no request was lost')));
    // The legend may need two lines.
    assert.match(lines.slice(-2).join(' '), /X open under the fault/);
  });

  test('marks no circuit of a policy that has none, and says what was lost', () => {
    const once = { ...sinkhole, callers: { ...sinkhole.callers, retries: 0 } };
    const text = renderPicture(trace(once, random, 1).timeline).join('\n');
    assert.match(text, /^ +-{25,}$/m);
    assert.doesNotMatch(text, /[Xo]{3}|circuit/);
    assert.match(text, /\d+ lost, full height \d/);
  });

  test('shows the worst eight of a fleet and says how many more there are', () => {
    const large = scenario({
      name: 'large',
      doc: '',
      lengthMs: 5000,
      fleet: { instances: 30 },
      script: [{ at: 1000, until: 5000, instance: '17', fault: { name: 'refuse' } }],
    });
    const lines = renderPicture(trace(large, hale, 1).timeline);
    assert.match(lines[2], /^ {2}17 share/);
    assert.equal(lines.filter((line) => line.includes(' share  ')).length, 8);
    assert.ok(lines.includes('and 22 more'));
  });

  test('keeps to its width, whatever names it is given, and lets none of them speak to the terminal', () => {
    const hostile = `\x1b[31m\x07${'名'.repeat(60)}\u202e`;
    const named: Timeline = { ...ran.timeline, scenario: hostile, policy: 'p'.repeat(200) };
    for (const width of [10, 40, 80, 200])
      for (const ascii of [false, true]) {
        const lines = renderPicture(named, { width, ascii });
        for (const line of lines) assert.ok(columnsIn(line) <= Math.max(40, width), line);
        assert.doesNotMatch(lines.join(''), /\p{Cc}|\p{Cf}/u);
      }
  });

  test('is plain ASCII when it is asked to be', () => {
    assert.match(renderPicture(ran.timeline, { ascii: true }).join('\n'), /^[\n -~]+$/);
  });

  test('says nothing by colour that it does not say without', () => {
    const coloured = renderPicture(ran.timeline, { color: true });
    assert.ok(coloured.some((line) => line.includes('\x1b[31mX')));
    const stripped = coloured.map((line) => line.replace(/\x1b\[\d+m/g, ''));
    assert.deepEqual(stripped, renderPicture(ran.timeline));
  });
});

describe('what pictures share', () => {
  test('a trace has the figures of a run that nobody looked at', () => {
    assert.deepEqual(ran.figures, measure(sinkhole, hale, 1));
  });

  test('failed attempts of a timeline are those that its policy met', () => {
    const { instances } = ran.timeline;
    const failed = instances.map((instance) => instance.failed.reduce((sum, count) => sum + count, 0));
    assert.ok(failed[0] > 0);
    assert.deepEqual(new Set(failed.slice(1)), new Set([0]));
  });

  test('the worst comes first: its own fault, then the longest out, then the most failures', () => {
    const [first] = ran.timeline.instances;
    const calm = { ...first, faults: [], beliefs: null, failed: [0] };
    const instances = [
      { ...calm, instance: 0 },
      { ...calm, instance: 1, failed: [3] },
      { ...calm, instance: 2, beliefs: { score: [0], circuit: ['open'] } } as const,
      { ...calm, instance: 3, faults: first.faults },
    ];
    assert.deepEqual(
      worstFirst({ ...ran.timeline, instances }).map(({ instance }) => instance),
      [3, 2, 1, 0],
    );
  });

  test('a share that is not nothing never reads as nothing', () => {
    assert.deepEqual([0, 1e-9, 0.001234, 0.125, 0.9999, 1].map(percent), [
      '0 %',
      '<0.01 %',
      '0.12 %',
      '12.5 %',
      '100 %',
      '100 %',
    ]);
  });

  test('an axis ends at a number that people like', () => {
    assert.deepEqual([0, 0.13, 0.2, 2.1, 7, 10].map(niceCeiling), [1, 0.2, 0.2, 2.5, 10, 10]);
  });

  test('a cut text is as wide as it may be, with two columns for a wide character', () => {
    assert.equal(fit('abcdef', 6), 'abcdef');
    assert.equal(fit('abcdefg', 6), 'abcde…');
    assert.equal(fit('名名名名', 6), '名名…');
  });
});
