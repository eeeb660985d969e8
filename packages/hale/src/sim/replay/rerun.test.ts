import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Fault } from '../../faults/index.ts';
import { describeCalibration, describeFit, describeRead } from './describe.ts';
import { fitScenario } from './fit.ts';
import { readRecord } from './read.ts';
import { line, policyNamed, recordOf, scenarioNamed } from './record-fixture.test.ts';
import { rerun } from './rerun.ts';

const FAULTS: readonly Fault[] = [
  { name: 'refuse' },
  { name: 'brownout', share: 0.3 },
  { name: 'slow', factor: 5 },
  { name: 'sinkhole', status: 500 },
];

describe('a replay', () => {
  for (const fault of FAULTS)
    test(`loses under the settings of the record about what was lost: ${fault.name}`, () => {
      const ordinary = scenarioNamed('refuse');
      const script = [{ at: 20_000, until: 50_000, instance: '0', fault }];
      const scenario = { ...ordinary, script, callers: { ...ordinary.callers, retries: 0 } };
      const { outcomes } = readRecord(recordOf(scenario, policyNamed('hale')));
      const { calibration, recorded } = rerun(fitScenario(outcomes), { changed: {}, seeds: [1, 2] });
      const { reality, model } = calibration;
      // Round-robin would lose 1 to 5 %.
      assert.ok(calibration.lostError < 0.0005, `${model.lost} for ${reality.lost}`);
      assert.ok(Math.abs(model.p50Ms / reality.p50Ms - 1) < 0.1, `median ${model.p50Ms} for ${reality.p50Ms}`);
      assert.ok(Math.abs(model.p99Ms / reality.p99Ms - 1) < 0.3, `p99 ${model.p99Ms} for ${reality.p99Ms}`);
      assert.equal(recorded.figures.length, 2);
    });

  test('shows a setting that is worse as worse', () => {
    const { outcomes } = readRecord(recordOf(scenarioNamed('fleet60'), policyNamed('hale')));
    // Which opens all instances for 300 s when all of them fail.
    const changed = { preset: 'specification' } as const;
    const { recorded, changed: row } = rerun(fitScenario(outcomes), { changed, seeds: [1] });
    assert.ok(row.figures[0].lost > 2 * recorded.figures[0].lost, `${row.figures[0].lost}`);
    assert.ok(row.regret.mean > recorded.regret.mean);
  });

  test('is told in sentences', () => {
    const text = recordOf(scenarioNamed('refuse'), policyNamed('round-robin'));
    const { outcomes, report } = readRecord([...text, 'rubbish\n', line().slice(0, 9)]);
    assert.match(
      describeRead(report).join('\n'),
      /2 dropped: 1 not an outcome, 1 cut last line\nline \d+: expected JSON/,
    );
    const fit = fitScenario(outcomes);
    assert.match(
      describeFit(fit).join('\n'),
      /^api: 8 instances.*\nrecorded: .*\ni0: crash: refuses, 20\.0 s to 50\.\d s$/,
    );
    assert.match(describeCalibration(rerun(fit, { changed: {}, seeds: [1] })).join('\n'), /^reality: .*\nmodel, same/);
  });
});
