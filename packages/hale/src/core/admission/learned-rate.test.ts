import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { LearnedRate } from './index.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Counting since `at` - 10 s, and `many` granted to slot 0 in the second before `at`. */
function after(many: number, at = 100_000): LearnedRate {
  const rate = new LearnedRate(at - 10 * SECOND);
  grant(rate, many, at);
  return rate;
}

function grant(rate: LearnedRate, many: number, until: number): void {
  for (let i = 0; i < many; i++) rate.granted(0, until - 900 + (900 * i) / many);
}

/** One more is sent and refused at `now`. */
function refuse(rate: LearnedRate, now: number, hasAnswered = true): void {
  rate.granted(0, now);
  rate.refused(0, now, hasAnswered, now);
}

/** Takes on as many as it lets in at `now`. */
function fill(rate: LearnedRate, now: number): number {
  let taken = 0;
  for (; taken < 1000 && !rate.isFull(0, now); taken++) rate.granted(0, now);
  return taken;
}

describe('a refusal', () => {
  test('teaches what was taken on in the second before it, itself left out', () => {
    const rate = after(40);
    assert.equal(rate.limitOf(0), undefined);
    assert.equal(rate.isFull(0, 100_000), false);
    refuse(rate, 100_000);
    assert.equal(rate.limitOf(0), 40);
    assert.equal(rate.isFull(0, 100_000), true);
    assert.equal(fill(rate, 101_100), 40, 'and so many are let in within the next second');
  });

  test('teaches nothing while nothing was counted for a whole second', () => {
    const rate = new LearnedRate(0);
    grant(rate, 40, 950);
    refuse(rate, 950);
    assert.equal(rate.limitOf(0), undefined);
  });

  test('teaches nothing of an instance that has taken on nothing', () => {
    const rate = new LearnedRate(0);
    refuse(rate, 100_000);
    rate.refused(0, 100_000, true, 100_000);
    assert.equal(rate.limitOf(0), undefined);
  });

  test('teaches nothing when no good answer has come since the last one: a closed door is no rate', () => {
    const rate = after(40);
    refuse(rate, 100_000, false);
    assert.equal(rate.limitOf(0), undefined);
    rate.answered(0);
    refuse(rate, 100_010, false);
    assert.equal(rate.limitOf(0), 40);
    grant(rate, 3, 103_000);
    refuse(rate, 103_000, false);
    assert.equal(rate.limitOf(0), 40, 'the answer counts for one refusal');
  });

  test('of what was on its way when the first came corrects what that one taught', () => {
    const rate = after(40);
    for (let i = 0; i < 6; i++) rate.granted(0, 100_000 + i);
    for (let i = 0; i < 6; i++) rate.refused(0, 100_000 + i, i === 0, 100_200 + i);
    assert.equal(rate.limitOf(0), 40);
  });

  test('of what was sent long before the first says nothing', () => {
    const rate = after(40);
    refuse(rate, 100_000);
    rate.answered(0);
    rate.refused(0, 98_000, false, 100_010);
    assert.equal(rate.limitOf(0), 40);
  });

  test('of an instance that was asked more than its limit confirms it, and lowers it when it takes less', () => {
    const rate = after(40);
    refuse(rate, 100_000);
    grant(rate, 55, 110_000);
    refuse(rate, 110_000);
    assert.equal(rate.limitOf(0), 40);
    grant(rate, 20, 120_000);
    refuse(rate, 120_000);
    assert.equal(rate.limitOf(0), 20);
  });

  test('never teaches less than one a second', () => {
    const rate = after(1);
    for (let i = 0; i < 5; i++) rate.granted(0, 99_990);
    for (let i = 0; i < 5; i++) rate.refused(0, 99_990, i === 0, 100_000);
    assert.equal(rate.limitOf(0), 1);
    assert.equal(fill(rate, 102_000), 1);
  });
});

describe('growth', () => {
  test('comes only when the limit is in the way, by one at first and by 2 % of a large one', () => {
    const rate = after(40);
    refuse(rate, 100_000);
    assert.equal(rate.isFull(0, 109_000), false);
    assert.equal(rate.isFull(0, 150_000), false, 'not in the way');
    assert.equal(rate.limitOf(0), 40);
    assert.equal(fill(rate, 150_000), 41);
    assert.equal(rate.limitOf(0), 41);
    const large = after(500);
    refuse(large, 100_000);
    assert.equal(fill(large, 110_000), 510);
  });

  test('waits 10 s, then 10 s again, and twice as long after each refusal, up to 5 min', () => {
    const rate = after(40);
    refuse(rate, 100_000);
    let now = 100_000;
    for (const waitMs of [10, 20, 40, 80, 160, 300, 300].map((seconds) => seconds * SECOND)) {
      assert.equal(fill(rate, now + waitMs - 1), 40, `${waitMs}: not yet`);
      now += waitMs + SECOND + 100;
      assert.equal(fill(rate, now), 41, `${waitMs}`);
      // The 41st is refused.
      rate.refused(0, now, true, now);
      assert.equal(rate.limitOf(0), 40);
    }
  });
});

describe('forgetting', () => {
  test('drops a limit after ten minutes without a refusal, and then there is nothing to know', () => {
    const rate = after(40);
    refuse(rate, 100_000);
    assert.equal(rate.isOver(100_000 + 9 * MINUTE), false);
    assert.equal(rate.limitOf(0), 40);
    assert.equal(rate.isOver(100_000 + 10 * MINUTE), true);
    assert.equal(rate.limitOf(0), undefined);
  });

  test('is over within two minutes when a refusal has taught nothing', () => {
    const rate = new LearnedRate(0);
    refuse(rate, 500);
    assert.equal(rate.isOver(59_000), false);
    assert.equal(rate.isOver(60_000) || rate.isOver(121_000), true);
  });

  test('makes a reused slot a newcomer', () => {
    const rate = after(40);
    refuse(rate, 100_000);
    rate.take(0);
    assert.equal(rate.limitOf(0), undefined);
    grant(rate, 7, 100_500);
    refuse(rate, 100_500);
    assert.equal(rate.limitOf(0), 7, 'what its predecessor took on does not count');
  });

  test('growing keeps what is known', () => {
    const rate = after(40);
    refuse(rate, 100_000);
    rate.granted(500, 100_000);
    assert.deepEqual([rate.limitOf(0), rate.limitOf(500), rate.limitOf(10_000)], [40, undefined, undefined]);
    assert.equal(rate.isFull(10_000, 100_000), false);
  });
});

describe('a clock', () => {
  test('that jumps ahead lets in again, and one that went back does not hold a limit for ever', () => {
    const rate = after(40);
    refuse(rate, 100_000);
    assert.equal(fill(rate, 1e12), 41);
    const back = after(40);
    refuse(back, 100_000);
    for (let now = 0; now <= 12 * MINUTE; now += SECOND) {
      if (back.isOver(now)) return;
      back.granted(0, now);
    }
    assert.fail('what it knew was never forgotten');
  });

  test('that stands still leaves it full, and no more', () => {
    const rate = after(40);
    refuse(rate, 100_000);
    for (let i = 0; i < 1000; i++) rate.granted(0, 100_000);
    assert.equal(rate.isFull(0, 100_000), true);
    assert.equal(rate.isFull(0, 101_100), false);
  });
});

test('the limit is none or a finite number of at least 1, whatever comes in whatever order', () => {
  const call = fc.record({
    act: fc.constantFrom('grant', 'grant', 'refuse', 'answer', 'ask', 'take', 'expire'),
    slot: fc.nat(20),
    jumpMs: fc.oneof(
      fc.integer({ min: 0, max: 200 }),
      fc.constantFrom(-1e15, -5000, -20, 0.3, 1000, 11_000, 1e9, 1e17),
    ),
    ageMs: fc.constantFrom(0, 3, 400, 1000, 5000, -50, 1e12),
    hasAnswered: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(call, { maxLength: 200 }), (calls) => {
      let now = 1e6;
      const rate = new LearnedRate(now);
      for (const { act, slot, jumpMs, ageMs, hasAnswered } of calls) {
        now += jumpMs;
        if (act === 'grant') for (let i = 0; i < 5; i++) rate.granted(slot, now);
        else if (act === 'refuse') rate.refused(slot, now - ageMs, hasAnswered, now);
        else if (act === 'answer') rate.answered(slot);
        else if (act === 'ask') rate.isFull(slot, now);
        else if (act === 'take') rate.take(slot);
        else rate.isOver(now);
        const limit = rate.limitOf(slot);
        assert.ok(limit === undefined || (Number.isFinite(limit) && limit >= 1), `${limit}`);
      }
    }),
  );
});
