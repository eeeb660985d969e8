// What is fitted to records whose truth is known: the simulator wrote them.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Fault, FaultName, ScriptLine } from '../../faults/index.ts';
import type { Scenario } from '../scenario.ts';
import type { Fit } from './fit.ts';
import { fitScenario } from './fit.ts';
import { readRecord } from './read.ts';
import { BEGUN, line, policyNamed, recordOf, scenarioNamed } from './record-fixture.test.ts';

/** Two windows of a second. */
const NEAR_MS = 2000;

function sick(fault: Fault): Scenario {
  const ordinary = scenarioNamed('refuse');
  const script = [{ at: 20_000, until: 50_000, instance: '3', fault }];
  return { ...ordinary, script, callers: { ...ordinary.callers, retries: 0 } };
}

function fitted(scenario: Scenario, policy = 'round-robin'): Fit {
  return fitScenario(readRecord(recordOf(scenario, policyNamed(policy))).outcomes);
}

/** The lines of the sick instance; nobody else has any. */
function linesOf({ scenario, ids }: Fit): ScriptLine[] {
  const sickPlace = String(ids.indexOf('i3'));
  const others = scenario.script.filter(({ instance }) => instance !== sickPlace);
  assert.deepEqual(others, []);
  return [...scenario.script];
}

function near(actual: number, expected: number, by: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= by, `${what}: ${actual}, expected ${expected} +- ${by}`);
}

describe('a fit', () => {
  const faults: readonly (readonly [Fault, readonly FaultName[]])[] = [
    [{ name: 'refuse' }, ['refuse']],
    [{ name: 'blackhole' }, ['blackhole']],
    [{ name: 'brownout', share: 0.3 }, ['brownout']],
    [{ name: 'sinkhole', status: 500 }, ['brownout', 'check-lies']],
    [{ name: 'slow', factor: 5 }, ['slow']],
    [{ name: 'truncated', share: 0.3 }, ['truncated']],
    [{ name: 'check-lies', says: 'bad' }, ['check-lies']],
  ];
  for (const [fault, names] of faults)
    test(`finds fleet, load and fault again where nobody was spared: ${fault.name}`, () => {
      const fit = fitted(sick(fault));
      const { scenario, ids } = fit;
      assert.deepEqual([...ids].sort(), ['i0', 'i1', 'i2', 'i3', 'i4', 'i5', 'i6', 'i7']);
      assert.equal(scenario.load.kind, 'trace');
      const { atMs } = scenario.load as { atMs: readonly number[] };
      near(atMs.length / (scenario.lengthMs / 1000), 300, 15, 'requests a second');
      for (const speed of scenario.fleet.speeds!) near(speed, 1, 0.1, 'speed');
      const lines = linesOf(fit);
      assert.deepEqual(
        lines.map((one) => one.fault.name),
        names,
      );
      for (const one of lines) {
        near(one.at, 20_000, NEAR_MS, 'onset');
        near(one.until, 50_000, NEAR_MS, 'end');
        if (one.fault.name === 'brownout') near(one.fault.share, fault.name === 'brownout' ? 0.3 : 1, 0.1, 'share');
        if (one.fault.name === 'truncated') near(one.fault.share, 0.3, 0.1, 'share');
        if (one.fault.name === 'slow') near(one.fault.factor, 5, 1.5, 'factor');
      }
    });

  test('finds a fault that a balancer soon avoided, and its end by the checks', () => {
    for (const [name, fault] of [
      ['refuse', { name: 'refuse' }],
      ['blackhole', { name: 'blackhole' }],
    ] as const) {
      const [only, ...more] = linesOf(fitted(sick(fault), 'hale'));
      assert.deepEqual([only.fault.name, more], [name, []]);
      near(only.at, 20_000, NEAR_MS, 'onset');
      near(only.until, 50_000, NEAR_MS, 'end');
    }
  });

  test('lets a fault that no check saw last until the first good answer, and says so', () => {
    const fit = fitted(sick({ name: 'sinkhole', status: 500 }), 'hale');
    const brownout = linesOf(fit).find(({ fault }) => fault.name === 'brownout')!;
    near(brownout.at, 20_000, NEAR_MS, 'onset');
    assert.ok(brownout.until >= 50_000, 'it did not end before it ended');
    assert.match(fit.notes.join('\n'), /1 fault ended unseen by a check: assumed to have lasted until the first good/);
  });

  test('invents no fault in a calm record, and takes a common noise of 1 % for a share of each instance', () => {
    assert.deepEqual(fitted({ ...scenarioNamed('refuse'), script: [] }).scenario.script, []);
    const noise = fitted(scenarioNamed('noise')).scenario.script;
    assert.equal(noise.length, 8);
    for (const { fault } of noise) assert.ok(fault.name === 'brownout' && fault.share < 0.03);
  });

  test('tells a fleet of mixed speed from a slow fault', () => {
    const calm = scenarioNamed('refuse');
    const speeds = [2, 1, 1, 0.5];
    const { scenario, ids } = fitted({ ...calm, script: [], fleet: { ...calm.fleet, instances: 4, speeds } });
    assert.deepEqual(scenario.script, []);
    ids.forEach((id, place) => near(scenario.fleet.speeds![place] / speeds[Number(id[1])], 1, 0.1, id));
  });

  test('sees a slowness that the whole fleet shared', () => {
    const scenario = sick({ name: 'slow', factor: 4 });
    const shared = scenario.script.map((one) => ({ ...one, instance: '*' }));
    const { scenario: model, notes } = fitted({ ...scenario, script: shared });
    const { script } = model;
    assert.equal(script.filter(({ fault }) => fault.name === 'slow').length, 8);
    assert.match(notes.join('\n'), /8 of 8 instances were slow at the same time/);
    for (const { at, until } of script) {
      near(at, 20_000, NEAR_MS, 'onset');
      near(until, 50_000, NEAR_MS, 'end');
    }
  });

  test('takes the spacing of checks and the patience of callers from the record', () => {
    const { checkEveryMs, callers } = fitted(sick({ name: 'blackhole' })).scenario;
    assert.deepEqual([checkEveryMs, callers.timeoutMs, callers.retries], [1000, 2500, 0]);
  });

  test('speaks of what it cannot know', () => {
    const notes = fitted(sick({ name: 'refuse' }), 'hale').notes.join('\n');
    for (const word of [/counterfactual latency/, /Retries/, /Queues/, /silent period/, /under way/])
      assert.match(notes, word);
  });

  test('keeps to one service, the busiest unless it is named', () => {
    const { outcomes } = readRecord([line({ service: 'web' }), line(), line({ time: BEGUN + 5, instance: 'b' })]);
    assert.deepEqual([fitScenario(outcomes).service, fitScenario(outcomes).ids], ['api', ['a', 'b']]);
    assert.deepEqual(fitScenario(outcomes, { service: 'web' }).ids, ['a']);
    assert.throws(
      () => fitScenario(outcomes, { service: 'db' }),
      /no request of service 'db'; services in it: api, web/,
    );
    assert.throws(() => fitScenario([]), RangeError);
  });

  test('takes an instance that failed its checks and was never asked for a crash, and says so', () => {
    const lines = Array.from({ length: 60 }, (_, second) => [
      line({ time: BEGUN + second * 1000 }),
      line({
        time: BEGUN + second * 1000,
        instance: 'b',
        source: 'check',
        ...(second >= 20 && second < 40 ? { outcome: 'failure', cause: 'check' } : {}),
      }),
    ]).flat();
    const { scenario, notes } = fitScenario(readRecord(lines).outcomes);
    const [only, ...more] = scenario.script;
    assert.deepEqual([only.fault.name, more.length, Math.round((only.until - only.at) / 1000)], ['refuse', 0, 20]);
    assert.match(notes.join('\n'), /1 spell of failed checks .* taken for a crash/);
  });

  test('replays ignored attempts and those without a latency, and counts them in its notes', () => {
    const { outcomes } = readRecord([line({ outcome: 'ignored' }), line({ latencyMs: undefined })]);
    const { scenario, notes, recorded } = fitScenario(outcomes);
    assert.equal((scenario.load as { atMs: readonly number[] }).atMs.length, 2);
    assert.equal(recorded.requests, 1);
    assert.match(notes.join('\n'), /1 attempt that the caller gave up/);
    assert.match(notes.join('\n'), /1 attempt without a latency/);
  });
});
