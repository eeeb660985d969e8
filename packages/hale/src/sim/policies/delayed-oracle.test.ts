import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { measure } from '../experiment.ts';
import type { Scenario } from '../scenario.ts';
import { scenario } from '../scenarios/index.ts';
import { oracleAfter } from './delayed-oracle.ts';
import { oracle } from './oracle.ts';

/** One of eight is a sinkhole from 2 s to 6 s, and nothing may be repeated. */
const sinkhole: Scenario = scenario({
  name: 'sinkhole',
  doc: 'one instance fails at once',
  callers: { method: 'POST', retries: 0 },
  script: [{ at: 2000, until: 6000, instance: '0', fault: { name: 'sinkhole', status: 500 } }],
  watched: { instance: 0, failsAtMs: 2000, healsAtMs: 6000 },
  lengthMs: 12_000,
});

describe('the oracle that is told late', () => {
  test('is the oracle when it is told at once', () => {
    assert.deepEqual(measure(sinkhole, oracleAfter(0), 3), measure(sinkhole, oracle, 3));
  });

  test('loses what a sound instance would have been sent until it is told, and nothing after', () => {
    const judged = { ...sinkhole, judgedFromMs: 3000 };
    const { lostRequests, detectMs } = measure(sinkhole, oracleAfter(1000), 3);
    // An eighth of 300 in that second, and more, since whoever fails at once is the least busy.
    assert.ok(lostRequests >= 25, `lost ${lostRequests}`);
    assert.equal(measure(judged, oracleAfter(1000), 3).lostRequests, 0);
    assert.ok(detectMs! >= 500 && detectMs! <= 1000, `left it after ${detectMs} ms`);
  });

  test('hears of the end as late', () => {
    const { restoreMs } = measure(sinkhole, oracleAfter(1000), 3);
    assert.ok(restoreMs! >= 500 && restoreMs! <= 1000, `back after ${restoreMs} ms`);
  });
});
