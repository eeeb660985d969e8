import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '../kernel/index.ts';
import type { CheckEntry } from './schedule.ts';
import { CheckSchedule } from './schedule.ts';
import type { CheckKnobs, CheckState } from './timing.ts';

const knobs: CheckKnobs = {
  checkInterval: 10_000,
  jitter: 0.2,
  check: { when: 'always', timeout: 1000, rise: 2, fall: 2, concurrency: 4 },
};
const closed: CheckState = { circuit: 'closed', mode: 'ready', msSinceGoodTraffic: Infinity };
const open: CheckState = { ...closed, circuit: 'open' };

function scheduleOf(count: number, state = closed): CheckSchedule {
  const schedule = new CheckSchedule(seededRandom(1));
  for (let i = 0; i < count; i++) schedule.add(`i${i}`, state, knobs, 0);
  return schedule;
}

test('the first checks are spread over the interval', () => {
  const schedule = scheduleOf(1000);
  const perSecond = Array.from({ length: 10 }, () => 0);
  for (let now = 0; now <= 10_000; now += 10) {
    for (let turn = schedule.next(now, knobs, () => closed); turn; turn = schedule.next(now, knobs, () => closed)) {
      perSecond[Math.min(9, Math.floor(now / 1000))]++;
      schedule.answered(turn.entry, true, closed, knobs, now);
    }
  }
  assert.equal(
    perSecond.reduce((sum, count) => sum + count),
    1000,
  );
  // 100 expected, standard deviation 9.5; the seed is fixed.
  for (const count of perSecond) assert.ok(count > 65 && count < 135, String(perSecond));
});

test('an instance that is out when it joins has its first check within a second', () => {
  const schedule = scheduleOf(4, open);
  let turns = 0;
  while (schedule.next(1000, knobs, () => open)) turns++;
  assert.equal(turns, 4);
});

test('the due wait in the order of their due times, and no more are under way than allowed', () => {
  const schedule = scheduleOf(1000);
  const seen: string[] = [];
  const underWay: CheckEntry[] = [];
  let lastDue = 0;
  for (;;) {
    for (
      let turn = schedule.next(20_000, knobs, () => closed);
      turn;
      turn = schedule.next(20_000, knobs, () => closed)
    ) {
      assert.ok(turn.entry.dueAt >= lastDue);
      lastDue = turn.entry.dueAt;
      seen.push(turn.entry.id);
      underWay.push(turn.entry);
      assert.ok(schedule.underWay <= 4);
    }
    const entry = underWay.shift();
    if (!entry) break;
    schedule.answered(entry, true, closed, knobs, 20_000);
  }
  assert.equal(new Set(seen).size, 1000);
  assert.equal(seen.length, 1000);
});

test('a call looks at a thousand instances at most and asks to be called again at once', () => {
  const schedule = scheduleOf(2500);
  let looks = 0;
  const look = (): CheckState => {
    looks++;
    return { ...closed, mode: 'maintenance' };
  };
  assert.equal(schedule.next(20_000, knobs, look), undefined);
  assert.equal(looks, 1000);
  assert.equal(schedule.delayMs(20_000, knobs), 0);
});

test('an instance that has left is forgotten at its turn', () => {
  const schedule = scheduleOf(3);
  assert.equal(
    schedule.next(20_000, knobs, () => undefined),
    undefined,
  );
  assert.equal(schedule.size, 0);
  assert.equal(schedule.delayMs(20_000, knobs), undefined);
});

test('one that leaves during its check and returns is not checked twice at once', () => {
  const schedule = scheduleOf(1);
  const turn = schedule.next(20_000, knobs, () => closed)!;
  schedule.remove('i0');
  assert.equal(schedule.has('i0'), false);
  schedule.add('i0', closed, knobs, 20_000);
  assert.equal(
    schedule.next(90_000, knobs, () => closed),
    undefined,
  );
  schedule.answered(turn.entry, true, closed, knobs, 90_000);
  assert.ok(schedule.next(200_000, knobs, () => closed));
});

test('one that leaves during its check frees its place when that ends', () => {
  const schedule = scheduleOf(1);
  const turn = schedule.next(20_000, knobs, () => closed)!;
  schedule.remove('i0');
  schedule.answered(turn.entry, true, closed, knobs, 20_000);
  assert.deepEqual([schedule.underWay, schedule.size], [0, 0]);
});

test('a hanging check fails its instance at each turn without starting another', () => {
  const schedule = scheduleOf(1);
  const { entry } = schedule.next(20_000, knobs, () => closed)!;
  schedule.abandoned(entry, closed, knobs, 21_000);
  assert.equal(schedule.next(40_000, knobs, () => closed)?.act, 'hanging');
  assert.equal(schedule.next(60_000, knobs, () => closed)?.act, 'hanging');
  schedule.ended(entry);
  assert.equal(schedule.next(80_000, knobs, () => closed)?.act, 'check');
});

test('when hanging checks fill every place the others are skipped, but not before a second', () => {
  const schedule = scheduleOf(5);
  for (let i = 0; i < 4; i++)
    schedule.abandoned(schedule.next(20_000, knobs, () => closed)!.entry, closed, knobs, 21_000);
  assert.equal(
    schedule.next(21_500, knobs, () => closed),
    undefined,
  );
  assert.equal(schedule.delayMs(21_500, knobs), 500);
  assert.equal(schedule.next(22_000, knobs, () => closed)?.act, 'skip');
});

test('asked for, a check is due at once, also where traffic vouches or `when` is out, but never in maintenance', () => {
  const onlyOut: CheckKnobs = { ...knobs, check: { ...knobs.check, when: 'out' } };
  const schedule = scheduleOf(1);
  schedule.ask('i0', 0);
  assert.equal(
    schedule.next(0, onlyOut, () => ({ ...closed, mode: 'maintenance' })),
    undefined,
  );
  schedule.ask('i0', 0);
  assert.equal(schedule.next(0, onlyOut, () => closed)?.act, 'check');
});

test('a clock that leaps and falls back freezes nothing', () => {
  const schedule = scheduleOf(1);
  const first = schedule.next(1e12, knobs, () => closed)!;
  schedule.answered(first.entry, true, closed, knobs, 1e12);
  assert.equal(
    schedule.next(0, knobs, () => closed),
    undefined,
  );
  assert.ok(schedule.next(12_001, knobs, () => closed));
});

test('under any sequence of events there is one check per instance, the bound holds, and everyone has a turn again', () => {
  const event = fc.record({
    what: fc.constantFrom('add', 'remove', 'next', 'next', 'answer', 'abandon', 'end', 'hasten', 'ask', 'clear'),
    id: fc.nat(7),
    passed: fc.constantFrom(true, false, undefined),
    stepMs: fc.oneof(fc.nat(3000), fc.constantFrom(Number.NaN, -1e9, 1e9)),
    circuit: fc.constantFrom('closed' as const, 'open' as const, 'half-open' as const),
    mode: fc.constantFrom('ready' as const, 'drain' as const, 'maintenance' as const),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 150 }), fc.nat(), (events, seed) => {
      const schedule = new CheckSchedule(seededRandom(seed));
      const underWay = new Set<CheckEntry>();
      const hanging = new Set<CheckEntry>();
      let now = 0;
      for (const { what, id, passed, stepMs, circuit, mode } of events) {
        now += Number.isNaN(stepMs) ? 0 : stepMs;
        const reading = Number.isNaN(stepMs) ? Number.NaN : now;
        const state: CheckState = { circuit, mode, msSinceGoodTraffic: stepMs };
        const pick = <T>(set: Set<T>): T | undefined => [...set][id % Math.max(1, set.size)];
        if (what === 'add') schedule.add(`i${id}`, state, knobs, reading);
        else if (what === 'remove') schedule.remove(`i${id}`);
        else if (what === 'clear') schedule.clear();
        else if (what === 'hasten') schedule.hasten(`i${id}`, knobs, reading);
        else if (what === 'ask') schedule.ask(`i${id}`, reading);
        else if (what === 'next') {
          const turn = schedule.next(reading, knobs, () => state);
          if (turn?.act === 'check') {
            assert.ok(
              ![...underWay, ...hanging].some((entry) => entry.id === turn.entry.id),
              'two checks of one instance',
            );
            underWay.add(turn.entry);
          }
        } else if (what === 'end') {
          const entry = pick(hanging);
          if (entry) schedule.ended(entry);
          if (entry) hanging.delete(entry);
        } else {
          const entry = pick(underWay);
          if (!entry) continue;
          underWay.delete(entry);
          if (what === 'answer') schedule.answered(entry, passed, state, knobs, reading);
          else {
            schedule.abandoned(entry, state, knobs, reading);
            hanging.add(entry);
          }
        }
        assert.deepEqual([schedule.underWay, schedule.hanging], [underWay.size, hanging.size]);
        assert.ok(underWay.size + hanging.size <= 4);
      }
      // All checks end; then everyone who is a member is checked within the longest wait.
      for (const entry of underWay) schedule.answered(entry, true, closed, knobs, now);
      for (const entry of hanging) schedule.ended(entry);
      const left = new Set(Array.from({ length: 8 }, (_, i) => `i${i}`).filter((id) => schedule.has(id)));
      const end = now + 4 * 10_000 * 1.2 + 10_000;
      for (; now <= end; now += 100) {
        for (let turn = schedule.next(now, knobs, () => closed); turn; turn = schedule.next(now, knobs, () => closed)) {
          left.delete(turn.entry.id);
          schedule.answered(turn.entry, true, closed, knobs, now);
        }
      }
      assert.deepEqual([...left], []);
    }),
    { numRuns: 300 },
  );
});
