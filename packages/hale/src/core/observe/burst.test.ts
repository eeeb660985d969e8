import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BYTES, RUN } from '../model/index.ts';
import { isSameBurst, isSameBurstByTime, noteCountedFailure } from './index.ts';
import type { World } from './world-fixture.test.ts';
import { world } from './world-fixture.test.ts';

/** Counts the failures of leases with these pick numbers, all settled at `at(i)`, when `granted` picks had been made. */
function counted(
  of: World,
  leases: readonly number[],
  granted: (index: number) => number,
  at: (index: number) => number,
): number {
  let events = 0;
  leases.forEach((pickNumber, index) => {
    if (isSameBurst(of.ledger, 0, pickNumber, at(index), of.tuning)) return;
    events++;
    noteCountedFailure(of.ledger, 0, granted(index), at(index));
  });
  return events;
}

const fifty = Array.from({ length: 50 }, (_, index) => index + 1);

describe('a burst', () => {
  test('fifty resets of one lost connection are one event', () => {
    assert.equal(
      counted(
        world(),
        fifty,
        () => 50,
        (index) => 1000 + index,
      ),
      1,
    );
  });

  test('fifty resets inside one millisecond are one event too', () => {
    assert.equal(
      counted(
        world(),
        fifty,
        () => 50,
        () => 1000,
      ),
      1,
    );
  });

  test('failures that each began after the one before are events of their own, however fast', () => {
    // Lease i is granted as pick i and fails before pick i + 1 is made.
    assert.equal(
      counted(
        world(),
        fifty,
        (index) => index + 1,
        () => 1000,
      ),
      50,
    );
  });

  test('ends burstMs after the failure that was counted', () => {
    for (const [after, isSame] of [
      [99, true],
      [100, false],
      [5000, false],
    ] as const) {
      const { ledger, tuning } = world();
      noteCountedFailure(ledger, 0, 10, 1000);
      assert.equal(isSameBurst(ledger, 0, 10, 1000 + after, tuning), isSame, `${after} ms later`);
    }
  });

  test('holds leases granted up to the counted failure, and none granted after it', () => {
    const { ledger, tuning } = world();
    noteCountedFailure(ledger, 0, 10, 1000);
    assert.equal(isSameBurst(ledger, 0, 9, 1001, tuning), true);
    assert.equal(isSameBurst(ledger, 0, 10, 1001, tuning), true);
    assert.equal(isSameBurst(ledger, 0, 11, 1001, tuning), false);
  });

  test('there is none before the first counted failure', () => {
    const { ledger, tuning } = world();
    assert.equal(isSameBurst(ledger, 0, 1, 5, tuning), false);
    assert.equal(isSameBurstByTime(ledger, 0, -5, 5, tuning), false);
  });

  test('belongs to one instance', () => {
    const { ledger, tuning } = world(2);
    noteCountedFailure(ledger, 0, 10, 1000);
    assert.equal(isSameBurst(ledger, 1, 10, 1001, tuning), false);
  });

  test('is recognised when the pick counter wraps', () => {
    const last = 2 ** 31 - 1;
    for (const counter of [last, -(2 ** 31), -1, 0, 1]) {
      const { ledger, tuning } = world();
      noteCountedFailure(ledger, 0, counter, 1000);
      assert.equal(isSameBurst(ledger, 0, (counter - 3) | 0, 1001, tuning), true, `granted before ${counter}`);
      assert.equal(isSameBurst(ledger, 0, (counter + 1) | 0, 1001, tuning), false, `granted after ${counter}`);
    }
  });

  test('is recognised when the clock passes 2^31 and 2^32 ms', () => {
    for (const at of [2 ** 31 - 5, 2 ** 31, 2 ** 32 - 5, 2 ** 32, 2 ** 33 + 0.5]) {
      const { ledger, tuning } = world();
      noteCountedFailure(ledger, 0, 10, at);
      assert.equal(isSameBurst(ledger, 0, 10, at + 10, tuning), true, `${at}`);
      assert.equal(isSameBurst(ledger, 0, 10, at + 101, tuning), false, `${at}`);
      assert.equal(isSameBurstByTime(ledger, 0, at - 10, at + 10, tuning), true, `${at}`);
      assert.equal(isSameBurstByTime(ledger, 0, at + 5, at + 10, tuning), false, `${at}`);
    }
  });

  test('a clock that went back holds no burst together', () => {
    const { ledger, tuning } = world();
    noteCountedFailure(ledger, 0, 10, 1000);
    assert.equal(isSameBurst(ledger, 0, 10, 900, tuning), false);
  });
});

describe('a burst of records without leases', () => {
  test('holds those that began before the counted failure', () => {
    const { ledger, tuning } = world();
    noteCountedFailure(ledger, 0, 10, 1000);
    assert.equal(isSameBurstByTime(ledger, 0, 999, 1050, tuning), true);
    assert.equal(isSameBurstByTime(ledger, 0, 1000, 1050, tuning), false);
    assert.equal(isSameBurstByTime(ledger, 0, 1049, 1050, tuning), false);
    assert.equal(isSameBurstByTime(ledger, 0, 900, 1100, tuning), false);
  });

  test('is recognised by an owner who has never picked', () => {
    const { ledger, tuning } = world();
    noteCountedFailure(ledger, 0, 0, 1000);
    assert.equal(isSameBurstByTime(ledger, 0, 900, 1001, tuning), true);
  });
});

describe('the run', () => {
  test('grows by one with each counted failure and saturates at 255', () => {
    const { ledger } = world(2);
    for (let failure = 1; failure <= 300; failure++) {
      noteCountedFailure(ledger, 0, failure, failure);
      assert.equal(ledger.u8[RUN], Math.min(255, failure));
    }
    assert.equal(ledger.u8[BYTES + RUN], 0);
  });
});
