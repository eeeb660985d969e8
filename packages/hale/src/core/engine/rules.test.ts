// Who is spared and who is not, what an operator forces, what a check may do, and rules that only observe.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRandom } from '../kernel/index.ts';
import { CircuitEvents } from './rules-fixture.test.ts';
import { instancesOf, rigOf } from './engine-fixture.test.ts';

describe('safe breaking', () => {
  test('holds at most the cap open by evidence of traffic, and says once in each epoch whom it spared', () => {
    const rig = rigOf('abcd', { preset: 'serving', adaptiveThreshold: false });
    for (const id of 'abcd') rig.fail(id, 30);
    assert.deepEqual(
      [...'abcd'].map((id) => rig.see(id).circuit),
      ['open', 'open', 'closed', 'closed'],
    );
    assert.deepEqual(
      rig.facts
        .since(0)
        .filter(({ type }) => type === 'spared')
        .map((fact) => [(fact as { instance: string }).instance, fact.reason]),
      [
        ['c', 'cap'],
        ['d', 'cap'],
      ],
    );
    assert.ok(rig.see('c').evidence.suspicion <= 4.0001);
    assert.ok(rig.see('c').score >= 0.5 - 1e-6 || !rig.see('c').eligible);
  });

  test('lets certain evidence pass the cap, but keeps the last one of a service that panics', () => {
    const rig = rigOf('abcd', { preset: 'serving' });
    for (const id of 'abcd') rig.fail(id, 30, 'connect');
    assert.deepEqual(
      [...'abcd'].map((id) => rig.see(id).circuit),
      ['open', 'open', 'open', 'closed'],
    );
    assert.equal(rig.lastFact('spared')?.reason, 'last');
    for (let i = 0; i < 4; i++) rig.check('d', false);
    assert.equal(rig.see('d').circuit, 'closed');
    assert.equal(rig.mustPick().instance.id, 'd');
  });

  test('never opens a service of one by comparison: 5 % of noise for ever, and only a run or checks do', () => {
    const rig = rigOf('a', { preset: 'serving', whenTooFewHealthy: 'refuse', ejectionCap: 1 });
    const random = seededRandom(3);
    for (let i = 0; i < 5000; i++) {
      if (random() < 0.05) rig.fail('a');
      else rig.succeed('a');
      rig.pass(20);
    }
    assert.equal(rig.see('a').circuit, 'closed');
    assert.equal(rig.told('a').includes('tripped'), false);
    rig.succeed('a');
    rig.fail('a', 19);
    assert.equal(rig.see('a').circuit, 'closed');
    rig.fail('a');
    assert.equal(rig.lastFact('tripped')?.reason, 'run');
  });
});

describe('an override', () => {
  test('of the mode touches neither circuit nor epoch: a trial that is out settles', () => {
    const rig = rigOf('ab', { jitter: 0 });
    rig.fail('a', 5);
    rig.pass(300_000);
    const trial = rig.mustPick({ exclude: ['b'] });
    for (const mode of ['drain', 'maintenance'] as const) {
      rig.engine.override('a', { mode }, rig.now);
      assert.deepEqual([rig.see('a').mode, rig.see('a').circuit, rig.see('a').eligible], [mode, 'half-open', false]);
    }
    trial.succeed({ now: rig.now });
    assert.equal(rig.see('a').evidence.goodTrials, 1);
    assert.equal(rig.pick({ exclude: ['b'] }), undefined);
    rig.engine.override('a', { mode: 'ready' }, rig.now);
    assert.ok(rig.mustPick({ exclude: ['b'] }).trial);
  });

  test('to open or closed is moved by no evidence, window, check or merge, until auto', () => {
    const rig = rigOf('abc', { jitter: 0, preset: 'serving' });
    rig.engine.override('a', { circuit: 'open' }, rig.now);
    rig.engine.override('b', { circuit: 'closed' }, rig.now);
    rig.fail('b', 300, 'connect');
    for (let i = 0; i < 5; i++) {
      rig.check('a', true);
      rig.check('b', false);
    }
    rig.engine.merge(
      { id: 'b', good: 0, bad: Array.from({ length: 100 }, (_, i) => ({ ageMs: 200 * (99 - i), cause: 'reset' })) },
      1,
      rig.now,
    );
    rig.pass(10_000_000);
    assert.equal(rig.serve(200, undefined, 10)['a'], undefined);
    assert.deepEqual([rig.see('a').circuit, rig.see('b').circuit, rig.see('b').eligible], ['open', 'closed', true]);
    assert.equal(rig.engine.nextChangeInMs(rig.now), 0);
    rig.engine.override('a', { circuit: 'auto' }, rig.now);
    rig.engine.override('b', { circuit: 'auto' }, rig.now);
    assert.deepEqual(
      [rig.see('a').circuit, rig.see('b').circuit, rig.see('b').evidence.suspicion],
      ['half-open', 'closed', 0],
    );
    assert.equal(rig.mustPick().instance.id, 'a');
    assert.deepEqual(rig.told('a').slice(0, 3), ['joined', 'overridden', 'overridden']);
  });

  test('that changes nothing tells nothing', () => {
    const rig = rigOf('a');
    rig.engine.override('a', { mode: 'ready', circuit: 'auto' }, rig.now);
    assert.deepEqual(rig.told(), ['joined']);
    rig.engine.override('a', { circuit: 'open' }, rig.now);
    rig.engine.override('a', { circuit: 'open' }, rig.now);
    assert.deepEqual(rig.told(), ['joined', 'overridden']);
  });
});

describe('a check', () => {
  test('opens after `fall` failures in a row, asks for trials after `rise` good ones, and never closes', () => {
    const rig = rigOf('ab', { jitter: 0, check: { rise: 3, fall: 2 } });
    rig.check('a', false);
    rig.check('a', true);
    rig.check('a', false);
    assert.equal(rig.see('a').circuit, 'closed');
    rig.check('a', false);
    assert.equal(rig.see('a').circuit, 'open');
    rig.check('a', true);
    rig.check('a', true);
    rig.check('a', false);
    for (let i = 0; i < 2; i++) rig.check('a', true);
    assert.equal(rig.see('a').circuit, 'open');
    rig.check('a', true);
    assert.equal(rig.see('a').circuit, 'half-open');
    for (let i = 0; i < 20; i++) rig.check('a', true);
    assert.equal(rig.see('a').circuit, 'half-open');
    rig.check('a', false);
    rig.check('a', false);
    assert.equal(rig.see('a').circuit, 'open');
    assert.equal(rig.lastFact('relapsed')?.reason, 'checks');
  });

  test('that saw nothing of a fault has no say in its end', () => {
    const rig = rigOf('ab', { jitter: 0 });
    rig.fail('a', 5);
    for (let i = 0; i < 10; i++) rig.check('a', true);
    assert.equal(rig.see('a').circuit, 'open');
  });

  test('takes back what checks have added, never what traffic has', () => {
    const rig = rigOf('ab');
    rig.fail('a', 2);
    rig.check('a', false);
    assert.ok(Math.abs(rig.see('a').evidence.suspicion - 4.5) < 1e-4);
    rig.check('a', true);
    assert.ok(Math.abs(rig.see('a').evidence.suspicion - 2) < 1e-4);
    rig.check('a', false);
    // Good outcomes eat traffic's part first.
    rig.succeed('a', 60);
    const left = rig.see('a').evidence.suspicion;
    assert.ok(left > 0 && left < 2.5);
    rig.check('a', true);
    assert.equal(rig.see('a').evidence.suspicion, 0);
  });

  test('that fails delays blind trials by four windows while most of the fleet stands, and not for ever', () => {
    const rig = rigOf('abcd', { preset: 'serving', jitter: 0 });
    rig.fail('a', 20, 'connect');
    rig.check('a', false);
    rig.pass(49_999);
    assert.notEqual(rig.mustPick().instance.id, 'a');
    rig.pass(1);
    assert.equal(rig.mustPick().instance.id, 'a');
    const out = rigOf('abc', { preset: 'serving', jitter: 0 });
    out.fail('a', 20, 'connect');
    out.fail('b', 20, 'connect');
    out.check('a', false);
    out.check('b', false);
    out.pass(10_000);
    assert.ok(out.mustPick().trial, 'where most are out a trial is the only way to learn that the fault has ended');
  });

  test('after a restore still takes `fall` failures', () => {
    const rig = rigOf('a', { jitter: 0 });
    rig.fail('a', 5);
    rig.pass(300_000);
    for (let i = 0; i < 4; i++) rig.mustPick().succeed({ now: rig.now });
    rig.check('a', false);
    assert.equal(rig.see('a').circuit, 'closed');
    rig.check('a', false);
    assert.equal(rig.see('a').circuit, 'open');
  });
});

describe('a rule that only observes', () => {
  for (const [rule, provoke] of CircuitEvents) {
    test(`${rule} tells what it would have done, and moves nothing`, () => {
      const rig = rigOf('abcd', {
        // Five in a row satisfy both rules; observed must be both, or the other acts.
        rules: { [rule]: 'observe', ...(rule === 'run' ? { suspicion: 'observe' as const } : {}) },
        preset: rule === 'suspicion' ? 'serving' : 'specification',
        healthThreshold: rule === 'threshold' ? 0.7 : 0.5,
      });
      provoke(rig);
      assert.deepEqual([rig.see('a').circuit, rig.see('a').eligible], ['closed', true]);
      const told = rig.facts
        .since(0)
        .filter((fact) => 'enforced' in fact && 'instance' in fact && fact.instance === 'a');
      assert.ok(told.length >= 1, 'nothing was told');
      assert.ok(
        told.every((fact) => 'enforced' in fact && !fact.enforced),
        JSON.stringify(told),
      );
      assert.ok(told.length <= 2, `${told.length} facts`);
    });
  }
});

test('a run that is only observed leaves the sequential test its say', () => {
  const rig = rigOf('abcd', { rules: { run: 'observe' } });
  rig.fail('a', 5);
  assert.equal(rig.see('a').circuit, 'open');
  const [observed, enacted] = rig.facts.since(0).filter((fact) => fact.type === 'tripped');
  assert.deepEqual([observed?.reason, enacted?.reason], ['run', 'suspicion']);
});

test('checks that are only observed leave no suspicion behind for another rule to act on', () => {
  const rig = rigOf('abcd', { rules: { checks: 'observe' } });
  rig.check('a', false);
  rig.check('a', false);
  rig.fail('a', 1);
  assert.equal(rig.see('a').circuit, 'closed');
  assert.equal(rig.see('a').evidence.suspicion, 1);
});

test('one failed check on top of traffic is no certainty: the cap holds', () => {
  const rig = rigOf('abcd', { preset: 'serving' });
  for (const id of 'abc') rig.fail(id, 25);
  const open = (): number => [...'abcd'].filter((id) => rig.see(id).circuit === 'open').length;
  assert.equal(open(), 2);
  rig.check('c', false);
  assert.equal(open(), 2);
  rig.check('c', false);
  assert.equal(open(), 3, 'two in a row are certain');
});

test('a hundred 429s of one moment are one request for patience', () => {
  const rig = rigOf('abcd', { preset: 'serving', jitter: 0 });
  for (let i = 0; i < 100; i++) rig.engine.recordFailure('a', 'overload', {}, rig.now);
  assert.equal(rig.see('a').evidence.pausedForMs, 1000);
});

test('panic finds the one ready instance behind two hundred drained ones', () => {
  const ids = Array.from({ length: 201 }, (_, i) => `i${i}`);
  const rig = rigOf('', { preset: 'serving', minHealthyInstances: 2 });
  rig.update(ids.map((id) => ({ id })));
  for (const id of ids.slice(1)) rig.engine.override(id, { mode: 'drain' }, rig.now);
  for (let i = 0; i < 50; i++) assert.equal(rig.mustPick().instance.id, 'i0');
});

test('what its score took out is told to be back, whoever brings it back: an answer, or time alone', () => {
  for (const healer of ['answers', 'time'] as const) {
    const rig = rigOf('abcd', { healthThreshold: 0.8, recoveryThreshold: 0.9, ejectionCap: 0 });
    const told = (): string[] =>
      rig.facts.since(0).flatMap((fact) => (fact.type === 'ejected' || fact.type === 'admitted' ? [fact.type] : []));
    rig.fail('a', 4);
    assert.deepEqual(told(), ['ejected']);
    if (healer === 'answers') for (let i = 0; i < 200 && told().length < 2; i++) rig.succeed('a', 1);
    else {
      rig.pass(3_600_000);
      for (let i = 0; i < 40; i++) rig.mustPick().ignore({ now: rig.now });
    }
    assert.deepEqual(told(), ['ejected', 'admitted'], healer);
  }
});

test('a pause that ends is no return from ejection', () => {
  const rig = rigOf('ab', { jitter: 0 });
  rig.engine.recordFailure('a', 'overload', { retryAfterMs: 1000 }, rig.now);
  rig.pass(1500);
  rig.check('a', true);
  rig.succeed('a', 1);
  assert.deepEqual(
    rig.facts.since(0).filter(({ type }) => type === 'admitted'),
    [],
  );
});

describe('relapses', () => {
  test('double the window up to four, jittered upward only, and good behaviour begins again with the first', () => {
    for (const [jitter, seed] of [
      [0, 1],
      [0.2, 2],
      [0.2, 3],
    ] as const) {
      const rig = rigOf('ab', { recoveryWindow: '10s', jitter, slowStart: 0 }, { seed });
      rig.fail('a', 5);
      for (const factor of [1, 2, 4, 4, 4]) {
        const wait = rig.see('a').nextChangeInMs!;
        assert.ok(wait >= factor * 10_000 && wait <= factor * 10_000 * (1 + jitter) + 1, `${wait}`);
        rig.pass(wait);
        rig.mustPick({ exclude: ['b'] }).fail('reset', { latencyMs: 5, now: rig.now });
      }
      rig.pass(50_000);
      for (let i = 0; i < 4; i++) rig.mustPick({ exclude: ['b'] }).succeed({ latencyMs: 10, now: rig.now });
      assert.equal(rig.see('a').circuit, 'closed');
      rig.succeed('a', 60);
      assert.equal(rig.see('a').evidence.relapses, 0);
      rig.fail('a', 5);
      assert.ok(rig.see('a').nextChangeInMs! <= 10_000 * (1 + jitter) + 1);
    }
  });

  test('after a restore three errors suffice until about 57 good outcomes have passed', () => {
    const rig = rigOf('ab', { jitter: 0 });
    const restore = (): void => {
      rig.fail('a', 5);
      rig.pass(1_300_000);
      for (let i = 0; i < 4; i++) rig.mustPick({ exclude: ['b'] }).succeed({ latencyMs: 10, now: rig.now });
      assert.equal(rig.see('a').circuit, 'closed');
    };
    restore();
    rig.fail('a', 3);
    assert.equal(rig.see('a').circuit, 'open');
    rig.pass(1_300_000);
    for (let i = 0; i < 4; i++) rig.mustPick({ exclude: ['b'] }).succeed({ latencyMs: 10, now: rig.now });
    rig.succeed('a', 57);
    rig.fail('a', 4);
    assert.equal(rig.see('a').circuit, 'closed');
  });
});

describe('a forecast', () => {
  test('tells of a gradual degradation before the threshold is met, and act takes share away', () => {
    const share: Record<string, number> = {};
    for (const prediction of ['off', 'report', 'act']) {
      const rig = rigOf('abcd', { preset: 'serving', prediction, circuitBreakThreshold: 100 }, { seed: 2 });
      const random = seededRandom(5);
      let forecastAt: number | undefined;
      let belowAt: number | undefined;
      for (let second = 0; second < 120 && belowAt === undefined; second++) {
        for (let i = 0; i < 40; i++) {
          const id = 'abcd'[i % 4];
          if (id === 'a' && random() < second / 60) rig.fail('a');
          else rig.succeed(id);
          rig.pass(25);
        }
        if (rig.told('a').includes('forecast')) forecastAt ??= second;
        if (rig.see('a').score < 0.5) belowAt = second;
      }
      share[prediction] = rig.see('a').evidence.trust;
      if (prediction === 'off') assert.equal(forecastAt, undefined);
      else assert.ok(forecastAt! < belowAt!, `forecast at ${forecastAt} s, below at ${belowAt} s`);
    }
    assert.equal(share['report'], 1);
  });

  test('is silent on steady noise of 5 %', () => {
    const rig = rigOf('abcdefgh', { preset: 'serving' }, { seed: 2 });
    const random = seededRandom(5);
    for (let i = 0; i < 8000; i++) {
      const id = 'abcdefgh'[i % 8];
      if (random() < 0.05) rig.fail(id);
      else rig.succeed(id);
      rig.pass(4);
    }
    assert.deepEqual(
      rig.told().filter((type) => type === 'forecast'),
      [],
    );
  });
});

test('membership: newcomers to a running fleet start slowly, those that start together are equal', () => {
  const rig = rigOf('ab');
  assert.equal(rig.see('a').evidence.trust, 1);
  rig.serve(20);
  rig.update(instancesOf('abc'));
  assert.equal(Math.round(rig.see('c').evidence.trust * 100), 10);
  const early = rig.serve(60, undefined, 1)['c'] ?? 0;
  assert.ok(early < 12, `${early}`);
  rig.pass(10_000);
  assert.ok(rig.serve(600, undefined, 1)['c'] > 120);
});
