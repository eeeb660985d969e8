import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Policy } from '../policy.ts';
import type { Scenario } from '../scenario.ts';
import { scenario } from '../scenarios/index.ts';
import { faultSpans, faultyFirst } from './timeline-faults.ts';
import { TimelineRecord } from './timeline.ts';

function of(change: Partial<Scenario>): TimelineRecord {
  return new TimelineRecord({ ...scenario({ name: 'calm', doc: '' }), ...change }, 'hale', 1);
}

const request = (arrivedAt: number) => ({ arrivedAt, workMs: 1, streamMs: 0, method: 'GET', isPoison: false }) as const;

describe('a timeline', () => {
  test('has at most 240 steps, and none under 100 ms', () => {
    for (const [lengthMs, stepMs, steps] of [
      [1000, 100, 10],
      [24_000, 100, 240],
      [80_000, 334, 240],
      [3_600_000, 15_000, 240],
      [50, 100, 1],
    ]) {
      const { attempts, ...rest } = of({ lengthMs }).timeline();
      assert.deepEqual([rest.stepMs, attempts.length], [stepMs, steps]);
    }
  });

  test('counts an attempt in the step that it was sent in, and its failure in the one that it ended in', () => {
    const record = of({ lengthMs: 1000 });
    record.sent(3, 99);
    record.sent(3, 100);
    record.attemptEnded(3, true, 150);
    record.attemptEnded(3, false, 210);
    const { attempts, instances } = record.timeline();
    assert.deepEqual(attempts.slice(0, 3), [1, 1, 0]);
    assert.deepEqual(instances[3].attempts.slice(0, 3), [1, 1, 0]);
    assert.deepEqual(instances[3].failed.slice(0, 4), [0, 0, 1, 0]);
  });

  test('counts a loss where its request arrived, per second of what the step lasts, and what ends after the run too', () => {
    const record = of({ lengthMs: 250 });
    record.ended(request(120), false, 2000);
    record.ended(request(240), false, 9000);
    record.ended({ ...request(120), isPoison: true }, false, 200);
    // The last step lasts 50 ms, so one in it is 20 a second.
    assert.deepEqual(record.timeline().lostPerSecond, [0, 10, 20]);
  });

  test('takes the median of good answers until their heads, and has none where nobody was answered', () => {
    const record = of({ lengthMs: 300 });
    const long = { ...request(100), streamMs: 2000 };
    record.headed(long, 120);
    record.headed(long, 180);
    record.ended(long, true, 2120);
    const { medianMs } = record.timeline();
    assert.deepEqual([medianMs[0], medianMs[2]], [null, null]);
    assert.ok(Math.abs(medianMs[1]! - 20) < 0.3, `${medianMs[1]}`);
  });

  test('asks the first balancer what it believes, and has no belief of a policy without any', () => {
    const believing = (score: number): Policy => ({
      pick: () => undefined,
      look: (instance) => ({ score, circuit: instance === 1 ? 'open' : 'closed' }),
    });
    const record = of({ lengthMs: 200 });
    record.look(0, [believing(0.25), believing(1)]);
    record.look(100, [believing(0.5), believing(1)]);
    const { instances } = record.timeline();
    assert.deepEqual(instances[1].beliefs, { score: [0.25, 0.5], circuit: ['open', 'open'] });
    assert.deepEqual(instances[2].beliefs?.circuit, ['closed', 'closed']);
    const blind = of({ lengthMs: 200 });
    blind.look(0, [{ pick: () => undefined }]);
    assert.equal(blind.timeline().instances[0].beliefs, null);
  });

  test('shows 64 instances of a larger fleet, faulty ones first, and the sums of all', () => {
    const { fleet } = scenario({ name: 'large', doc: '', fleet: { instances: 500 } });
    const script = [{ at: 0, until: 50, instance: '444', fault: { name: 'refuse' } }] as const;
    const record = of({ fleet, script, lengthMs: 100 });
    for (let instance = 0; instance < 500; instance++) record.sent(instance, 0);
    const { instances, attempts, fleetSize } = record.timeline();
    assert.deepEqual([fleetSize, attempts, instances.length], [500, [500], 64]);
    assert.deepEqual(
      instances.slice(0, 3).map(({ instance }) => instance),
      [444, 0, 1],
    );
    assert.deepEqual(instances[0].attempts, [1]);
  });

  test('is plain data: it comes back whole from JSON, with a fault that never ends too', () => {
    const script = [{ at: 10, until: Infinity, instance: '*', fault: { name: 'slow', factor: 10 } }] as const;
    const timeline = of({ lengthMs: 200, script }).timeline();
    assert.deepEqual(JSON.parse(JSON.stringify(timeline)), timeline);
    assert.deepEqual(timeline.instances[7].faults, [{ fromMs: 10, untilMs: 200, label: 'slow x10' }]);
  });
});

describe('the spans of faults', () => {
  const refuse = { name: 'refuse' } as const;
  const line = (at: number, until: number, instance = '0') => ({ at, until, instance, fault: refuse });

  test('are those of one instance and of all, within the run', () => {
    const script = [line(500, 900), line(100, 200, '*'), line(300, 400, '1'), line(1000, 1200)];
    assert.deepEqual(
      faultSpans(script, 0, 1000, 10).map(({ fromMs, untilMs }) => [fromMs, untilMs]),
      [
        [100, 200],
        [500, 900],
      ],
    );
  });

  test('are no more than the steps of the run, however often a script was repeated', () => {
    const script = Array.from({ length: 10_000 }, (_, at) => line(8 * at, 8 * at + 1));
    assert.deepEqual(
      faultSpans(script, 0, 80_000, 334).map(({ fromMs, untilMs }) => [fromMs, untilMs]),
      [[0, 79_993]],
    );
    const sparse = Array.from({ length: 10_000 }, (_, at) => line(400 * at, 400 * at + 1));
    assert.equal(faultSpans(sparse, 0, 80_000, 334).length, 200);
  });

  test('name those instances first that the script names, and nobody first that has what all have', () => {
    assert.deepEqual(faultyFirst([line(0, 1, '2'), line(0, 1, '*')], 4), [2, 0, 1, 3]);
  });
});
