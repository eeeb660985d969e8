import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  BYTES,
  CIRCUIT,
  EPOCH,
  FLAGS,
  HALF_WORDS,
  IN_FLIGHT,
  LATENCY,
  Ledger,
  LEVEL,
  MODE,
  POSITION,
  RUN,
  SUSPICION,
  TRIALS,
  WORDS,
  GENERATION,
  SERIES,
  SIDE,
} from './ledger.ts';
import * as ledgerModule from './ledger.ts';

const { ...columns } = ledgerModule;

test('a record is 64 bytes, in each of its views', () => {
  assert.deepEqual([WORDS * 4, HALF_WORDS * 2, BYTES], [64, 64, 64]);
});

test('with its side columns an instance takes at most 112 bytes', () => {
  assert.ok(new Ledger().bytesPerInstance <= 64 + 48);
});

test('no two columns share a byte, but for the two moments of which only one is in use', () => {
  const words = [
    'BAD',
    'ALL',
    'SUSPICION',
    'LATENCY',
    'SHARE',
    'INVERSE_WEIGHT',
    'FLEET_TIME',
    'LATENCY_AT',
    'PROGRESS_AT',
    'BURST_AT',
    'REFUSE_UNTIL',
    'IN_FLIGHT',
    'SAFE_AT',
    'POSITION',
  ] as const;
  const bytes = ['LEVEL', 'RUN', 'CIRCUIT', 'MODE', 'FLAGS', 'TRIALS'] as const;
  const taken = Array.from({ length: BYTES }, () => '');
  const take = (name: string, from: number, width: number): void => {
    for (let byte = from; byte < from + width; byte++) {
      assert.equal(taken[byte], '', `${name} and ${taken[byte]}`);
      taken[byte] = name;
    }
  };
  for (const name of words) take(name, columns[name] * 4, 4);
  take('EPOCH', EPOCH * 2, 2);
  for (const name of bytes) take(name, columns[name], 1);
  assert.equal(columns.SAFE_AT, columns.TRUST_AT);
});

test('the bits of the flags are eight different ones', () => {
  const bits = [
    columns.CHECKS_FAILED,
    columns.SAFE_ONLY,
    columns.FORCED,
    columns.LAST_CHECK_FAILED,
    columns.LOOSE_TRIAL,
    columns.SPARED,
    columns.GROWING,
    columns.LISTED,
  ];
  assert.equal(
    bits.reduce((sum, bit) => sum | bit, 0),
    255,
  );
  assert.equal(
    bits.reduce((sum, bit) => sum + bit, 0),
    255,
  );
});

test('a record begins empty, in no list, whatever its place held before', () => {
  const ledger = new Ledger();
  const slot = ledger.take();
  ledger.u8.fill(255, slot * BYTES, (slot + 1) * BYTES);
  for (const column of [ledger.burstPick, ledger.checkSuspicion, ledger.riseFall, ledger.pauseStep, ledger.group])
    column[slot] = 7;
  ledger.free(slot);
  assert.equal(ledger.take(), slot);
  for (let word = 0; word < WORDS; word++)
    assert.equal(ledger.i32[slot * WORDS + word], word === POSITION ? -1 : 0, `word ${word}`);
  for (const column of [ledger.burstPick, ledger.checkSuspicion, ledger.riseFall, ledger.pauseStep, ledger.group])
    assert.equal(column[slot], 0);
  assert.deepEqual([...ledger.side.subarray(slot * SIDE + SERIES, (slot + 1) * SIDE)], [0, 0, 0, 0]);
});

test('the views see one and the same buffer, after growing too', () => {
  const ledger = new Ledger();
  for (let i = 0; i < 1000; i++) ledger.take();
  ledger.f32[999 * WORDS] = 1;
  assert.equal(ledger.u8[999 * BYTES + 3], 0x3f);
  assert.equal(ledger.i32[999 * WORDS], 0x3f800000);
  assert.equal(ledger.u16[999 * HALF_WORDS + 1], 0x3f80);
});

test('a reused slot has another generation than the tenant before, and than its absence', () => {
  const ledger = new Ledger();
  const slot = ledger.take();
  const seen = new Set([ledger.side[slot * SIDE + GENERATION]]);
  for (let i = 0; i < 100; i++) {
    ledger.free(slot);
    assert.ok(!seen.has(ledger.side[slot * SIDE + GENERATION]));
    seen.add(ledger.side[slot * SIDE + GENERATION]);
    assert.equal(ledger.take(), slot);
    assert.ok(!seen.has(ledger.side[slot * SIDE + GENERATION]));
    seen.add(ledger.side[slot * SIDE + GENERATION]);
  }
});

test('however slots come and go, each tenant keeps its record and nobody shares one', () => {
  const action = fc.oneof(
    { weight: 2, arbitrary: fc.constant({ what: 'take' as const, which: 0 }) },
    { weight: 1, arbitrary: fc.record({ what: fc.constant('free' as const), which: fc.nat() }) },
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 200 }), (actions) => {
      const ledger = new Ledger();
      const tenants: { slot: number; generation: number; mark: number }[] = [];
      let mark = 0;
      let most = 0;
      for (const { what, which } of actions) {
        if (what === 'take') {
          const slot = ledger.take();
          mark++;
          ledger.f32[slot * WORDS + SUSPICION] = mark;
          ledger.i32[slot * WORDS + IN_FLIGHT] = mark;
          ledger.u16[slot * HALF_WORDS + EPOCH] = mark;
          for (const column of [LEVEL, RUN, CIRCUIT, MODE, FLAGS, TRIALS]) ledger.u8[slot * BYTES + column] = mark;
          ledger.burstPick[slot] = mark;
          tenants.push({ slot, generation: ledger.side[slot * SIDE + GENERATION], mark });
        } else if (tenants.length > 0) {
          const [gone] = tenants.splice(which % tenants.length, 1);
          ledger.free(gone.slot);
        }
        most = Math.max(most, tenants.length);
        assert.equal(new Set(tenants.map(({ slot }) => slot)).size, tenants.length);
        assert.equal(ledger.used, most, 'freed places are used first');
        for (const { slot, generation, mark: own } of tenants) {
          assert.equal(ledger.side[slot * SIDE + GENERATION], generation);
          assert.equal(ledger.f32[slot * WORDS + SUSPICION], own);
          assert.equal(ledger.f32[slot * WORDS + LATENCY], 0);
          assert.equal(ledger.i32[slot * WORDS + IN_FLIGHT], own);
          assert.equal(ledger.u8[slot * BYTES + TRIALS], own % 256);
          assert.equal(ledger.burstPick[slot], own);
        }
      }
    }),
  );
});
