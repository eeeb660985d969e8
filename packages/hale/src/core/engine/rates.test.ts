// Learned rates through the whole engine: what refusals teach, what a pick does with it, and what it must never do.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { StrategyName } from '../strategies/index.ts';
import { STRATEGIES } from '../strategies/index.ts';
import { instancesOf, Rig, rigOf } from './engine-fixture.test.ts';
import { isQuick } from './quick-pick.ts';

const SETTINGS = { preset: 'serving', jitter: 0, prediction: 'off' };

/** Instances that take on so many requests within a second and refuse the rest, for a second. */
class Limited {
  readonly rig: Rig;
  readonly perSecond: Record<string, number>;
  refused = 0;
  readonly #taken = new Map<string, number[]>();
  readonly #retryAfterMs: number | undefined;

  constructor(rig: Rig, perSecond: Record<string, number>, retryAfterMs: number | undefined = 1000) {
    this.rig = rig;
    this.perSecond = perSecond;
    this.#retryAfterMs = retryAfterMs;
  }

  /** Is it passed over for its learned rate? */
  isFull(id: string): boolean {
    const { state } = this.rig.engine;
    return state.rates?.isFull(state.slots.get(id)!, this.rig.now) === true;
  }

  /** One request, answered at once. */
  serve(exclude?: string[]): string | undefined {
    const { rig } = this;
    const lease = rig.pick({ exclude });
    if (lease === undefined) return undefined;
    const { id } = lease.instance;
    const taken = (this.#taken.get(id) ?? []).filter((moment) => moment > rig.now - 1000);
    if (taken.length < (this.perSecond[id] ?? Infinity)) {
      taken.push(rig.now);
      lease.succeed({ latencyMs: 5, now: rig.now });
    } else {
      this.refused++;
      lease.fail('overload', { retryAfterMs: this.#retryAfterMs, now: rig.now });
    }
    this.#taken.set(id, taken);
    return id;
  }

  /** So many requests a second, evenly, and to whom they went. */
  run(seconds: number, perSecond: number): Record<string, number> {
    const counts: Record<string, number> = {};
    for (let i = 0; i < seconds * perSecond; i++) {
      const id = this.serve() ?? 'none';
      counts[id] = (counts[id] ?? 0) + 1;
      this.rig.pass(1000 / perSecond);
    }
    return counts;
  }
}

/** Two of three have learned that they take on 10 a second. */
function taught(options: Record<string, unknown> = {}, strategy: StrategyName = 'lowest-price'): Limited {
  const limited = new Limited(rigOf('abc', { ...SETTINGS, ...options }, { strategy: STRATEGIES[strategy] }), {
    a: 10,
    b: 10,
  });
  limited.run(10, 90);
  return limited;
}

describe('a learned rate', () => {
  test('is what the instance takes on, found by its first refusals, and nothing of the others', () => {
    const { rig } = taught();
    assert.deepEqual(
      ['a', 'b', 'c'].map((id) => rig.see(id).evidence.learnedRate),
      [10, 10, null],
    );
  });

  for (const strategy of Object.keys(STRATEGIES) as StrategyName[]) {
    test(`sends what is more elsewhere before anybody is asked, with ${strategy}`, () => {
      const limited = taught({}, strategy);
      limited.refused = 0;
      const counts = limited.run(5, 90);
      // A probe, one above the limit, is due at most once in that time for each.
      assert.ok(limited.refused <= 2, `${limited.refused} were refused`);
      assert.equal(counts['none'], undefined);
    });
  }

  test('refuses nobody: when all are full by it alone, somebody is asked', () => {
    const limited = new Limited(rigOf('ab', SETTINGS), { a: 10, b: 10 });
    limited.run(10, 40);
    assert.ok(limited.rig.see('a').evidence.learnedRate! <= 10);
    assert.equal(limited.run(10, 100)['none'], undefined);
  });

  test('is taught by what was taken on during a pause as well, when nobody else was left to ask', () => {
    const rig = rigOf('a', SETTINGS);
    const answer = (many: number, isRefused: boolean): void => {
      for (let i = 0; i < many; i++) rig.mustPick().succeed({ latencyMs: 5, now: rig.now });
      if (isRefused) rig.mustPick().fail('overload', { retryAfterMs: 1000, now: rig.now });
    };
    answer(5, true);
    rig.pass(1500);
    answer(5, true);
    assert.equal(rig.see('a').evidence.learnedRate, 5);
    rig.pass(800);
    answer(3, false);
    rig.pass(300);
    answer(0, true);
    assert.equal(rig.see('a').evidence.learnedRate, 3);
  });

  test('stands behind a limit that is set: full by both is full', () => {
    const limited = taught({ limits: { maxInFlightPerInstance: 1 } });
    const leases = Array.from({ length: 3 }, () => limited.rig.mustPick());
    assert.equal(limited.rig.pick(), undefined);
    assert.equal(limited.rig.engine.refusal, 'full');
    for (const lease of leases) lease.ignore({ now: limited.rig.now });
  });

  test('spills to the next tier before the first is asked too much', () => {
    const rig = new Rig(SETTINGS);
    rig.update([...instancesOf('ab', { priority: 0 }), ...instancesOf('z', { priority: 1 })]);
    const limited = new Limited(rig, { a: 10, b: 10 });
    limited.run(10, 60);
    limited.refused = 0;
    const counts = limited.run(5, 60);
    assert.ok(limited.refused <= 2, `${limited.refused} were refused`);
    assert.ok(counts['z'] >= 5 * 38, `${counts['z']} overflowed`);
    assert.ok(counts['a'] + counts['b'] >= 5 * 16, 'and the first tier is used up to what it takes');
  });

  test('is counted and taught through select and records as well', () => {
    const rig = rigOf('ab', SETTINGS);
    const list = instancesOf('ab');
    let taken: number[] = [];
    for (let i = 0; i < 600; i++) {
      const { id } = rig.engine.select(list, rig.now)!;
      taken = taken.filter((moment) => moment > rig.now - 1000);
      if (id === 'b') rig.engine.recordSuccess('b', { latencyMs: 5 }, rig.now);
      else if (taken.length < 10) {
        taken.push(rig.now);
        rig.engine.recordSuccess('a', { latencyMs: 5 }, rig.now);
      } else rig.engine.recordFailure('a', 'overload', { retryAfterMs: 1000 }, rig.now);
      rig.pass(20);
    }
    assert.equal(rig.see('a').evidence.learnedRate, 10);
  });

  test('follows a limit that halves, and one that goes away within ten minutes of traffic', () => {
    const limited = taught();
    limited.perSecond['a'] = 5;
    limited.run(30, 90);
    assert.equal(limited.rig.see('a').evidence.learnedRate, 5);
    limited.perSecond['a'] = Infinity;
    limited.perSecond['b'] = Infinity;
    limited.run(700, 20);
    assert.equal(limited.rig.see('a').evidence.learnedRate, null);
  });

  test('says why an instance is passed over', () => {
    const { rig } = taught();
    assert.equal(rig.see('a').reason, 'takes about 10 requests a second; the rest goes elsewhere');
    assert.match(rig.engine.explain('a', rig.now).join(' '), /a limit of 10\.0 requests a second/);
    assert.equal(rig.see('a').eligible, true);
  });

  test('is kept while an instance is absent, and is not its successor’s', () => {
    const { rig } = taught({ forgetAfter: '5s' });
    rig.update(instancesOf('bc'));
    rig.update(instancesOf('abc'));
    assert.equal(rig.see('a').evidence.learnedRate, 10);
    rig.update(instancesOf('bc'));
    rig.pass(6000);
    rig.update(instancesOf('bcn'));
    assert.equal(rig.slot('n'), 0, 'the same place');
    assert.equal(rig.see('n').evidence.learnedRate, null);
  });
});

describe('no rate is learned', () => {
  const refusing = (answer: (rig: Rig, id: string) => void, options: Record<string, unknown> = {}): Rig => {
    const rig = rigOf('abc', { ...SETTINGS, ...options });
    for (let i = 0; i < 2000; i++) {
      const lease = rig.mustPick();
      if (i % 50 === 49) answer(rig, lease.instance.id);
      lease.succeed({ latencyMs: 5, now: rig.now });
      rig.pass(10);
    }
    return rig;
  };

  test('where nobody refuses: the quick way stays open, and there is nothing to pay for', () => {
    const rig = rigOf('abc', SETTINGS);
    rig.serve(500);
    assert.equal(rig.engine.state.rates, undefined);
    assert.equal(isQuick(rig.engine.state), true);
  });

  test('from a wish for longer than a rate by the second has reason to, as of a limit by the minute', () => {
    const rig = refusing((here, id) =>
      here.engine.recordFailure(id, 'overload', { retryAfterMs: 30_000, latencyMs: 1 }, here.now),
    );
    assert.equal(rig.engine.state.rates, undefined);
  });

  test('by a rule that only observes', () => {
    const rig = refusing((here, id) => here.engine.recordFailure(id, 'overload', { retryAfterMs: 1000 }, here.now), {
      rules: { overload: 'observe' },
    });
    assert.equal(rig.engine.state.rates, undefined);
  });

  test('from a check or an owner’s word, which are no answers to requests', () => {
    for (const source of ['check', 'report'] as const) {
      const rig = refusing((here, id) =>
        here.engine.report(id, { kind: 'failure', cause: 'overload', retryAfterMs: 1000, source }, here.now),
      );
      assert.equal(rig.engine.state.rates, undefined, source);
    }
  });

  test('from a closed door: one that refuses until it is up again is not held to what came just then', () => {
    const rig = rigOf('abc', SETTINGS);
    const limited = new Limited(rig, {});
    limited.run(2, 90);
    limited.perSecond['a'] = 0;
    limited.run(30, 90);
    assert.ok(limited.refused >= 5, 'it was asked again and again');
    // Several at once, as under load: those still under way are no proof that any was taken on.
    rig.pass(31_000);
    const others = { exclude: ['b', 'c'] };
    const leases = Array.from({ length: 6 }, () => rig.mustPick(others));
    for (const lease of leases) {
      rig.pass(1);
      lease.fail('overload', { retryAfterMs: 1000, now: rig.now });
    }
    limited.perSecond['a'] = Infinity;
    limited.run(3, 90);
    const counts = limited.run(10, 90);
    assert.equal(rig.see('a').evidence.learnedRate, null);
    assert.ok(counts['a'] > 200, `${counts['a']} of 900`);
  });

  test('for ever: once all is forgotten picks are quick again', () => {
    const { rig } = taught();
    assert.equal(isQuick(rig.engine.state), false);
    rig.pass(11 * 60_000);
    rig.serve(1);
    assert.equal(rig.engine.state.rates, undefined);
    assert.equal(isQuick(rig.engine.state), true);
  });
});

test('limits over a minute, learned as what came just then, only prefer: everything is answered while one takes it', () => {
  const rig = rigOf('abc', SETTINGS);
  let left: Record<string, number> = { a: 60, b: 60 };
  let lost = 0;
  for (let i = 0; i < 5 * 60 * 6; i++) {
    if (i % 360 === 0) left = { a: 60, b: 60 };
    const lease = rig.mustPick();
    const { id } = lease.instance;
    left[id]--;
    if (left[id] < 0) {
      // It names no time, and a second attempt goes elsewhere.
      lease.fail('overload', { now: rig.now });
      const second = rig.pick({ exclude: [id] });
      if (second === undefined || --left[second.instance.id] < 0) lost++;
      second?.succeed({ latencyMs: 5, now: rig.now });
    } else lease.succeed({ latencyMs: 5, now: rig.now });
    rig.pass(1000 / 6);
  }
  assert.ok(lost <= 5 * 2, `${lost} were lost`);
});

test('nothing is sent before Retry-After while another that is eligible has room by its rate', () => {
  const step = fc.record({
    perSecond: fc.constantFrom(5, 30, 100, 300),
    limit: fc.constantFrom(2, 10, 25),
    requests: fc.integer({ min: 1, max: 60 }),
  });
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 5, maxLength: 30 }),
      fc.constantFrom(1, 3),
      fc.nat(1000),
      (steps, least, seed) => {
        const rig = rigOf('abc', { ...SETTINGS, jitter: 0.2, minHealthyInstances: least }, { seed });
        const limited = new Limited(rig, {});
        for (const { perSecond, limit, requests } of steps) {
          Object.assign(limited.perSecond, { a: limit, b: limit, c: limit });
          for (let i = 0; i < requests; i++) {
            const before = rig.engine.inspect(rig.now).instances;
            const paused = before.filter(({ evidence }) => evidence.pausedForMs !== null).map(({ id }) => id);
            const hasOther = before.some((one) => !paused.includes(one.id) && !limited.isFull(one.id));
            const id = limited.serve();
            assert.notEqual(id, undefined, 'somebody is asked');
            assert.ok(!hasOther || !paused.includes(id!), `${id} asked for patience, and another had room`);
            rig.pass(1000 / perSecond);
          }
        }
        for (const { score, circuit } of rig.engine.inspect(rig.now).instances)
          assert.deepEqual([score, circuit], [1, 'closed'], 'and neither score nor circuit has moved');
      },
    ),
    { numRuns: 60 },
  );
});

test('a fleet of which all are paused asks those first that have room', () => {
  const { rig } = taught();
  // Until a and b are full.
  rig.serve(60, (_, lease) => lease.ignore({ now: rig.now }), 0);
  for (const id of 'abc') rig.engine.recordFailure(id, 'overload', { retryAfterMs: 3000 }, rig.now);
  assert.deepEqual(
    rig.serve(30, (_, lease) => lease.ignore({ now: rig.now }), 0),
    { c: 30 },
  );
});
