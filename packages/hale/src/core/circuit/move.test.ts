import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Circuit } from '../model/index.ts';
import {
  BYTES,
  CHECKS_FAILED,
  CIRCUIT,
  CIRCUITS,
  EPOCH,
  FLAGS,
  FORCED,
  GROWING,
  HALF_WORDS,
  LAST_CHECK_FAILED,
  LEVEL,
  LISTED,
  LOOSE_TRIAL,
  RUN,
  SAFE_ONLY,
  SPARED,
  TRIALS,
} from '../model/index.ts';
import type { World } from '../observe/world-fixture.test.ts';
import { world } from '../observe/world-fixture.test.ts';
import type { CircuitEvent } from './index.ts';
import { TRANSITIONS, isClosed, moveCircuit } from './index.ts';

/** Every state x event, from the table of the decisions; '' = leaves the circuit where it is. */
const MOVES: Readonly<Record<CircuitEvent, Readonly<Record<Circuit, Circuit | ''>>>> = {
  suspected: { closed: 'open', open: '', 'half-open': '' },
  'window-passed': { closed: '', open: 'half-open', 'half-open': '' },
  replayable: { closed: '', open: 'half-open', 'half-open': '' },
  'checks-passed': { closed: '', open: 'half-open', 'half-open': '' },
  'checks-failed': { closed: '', open: '', 'half-open': 'open' },
  'trial-failed': { closed: '', open: '', 'half-open': 'open' },
  'trials-passed': { closed: '', open: '', 'half-open': 'closed' },
  'trial-expired': { closed: '', open: '', 'half-open': 'half-open' },
  'forced-open': { closed: 'open', open: 'open', 'half-open': 'open' },
  'forced-closed': { closed: 'closed', open: 'closed', 'half-open': 'closed' },
  released: { closed: 'closed', open: 'half-open', 'half-open': 'half-open' },
};
const EVENTS = Object.keys(MOVES) as CircuitEvent[];

const KEPT = CHECKS_FAILED | FORCED | LAST_CHECK_FAILED | GROWING | LISTED;

/** Slot 1 in a state, with every other column of the circuit used. */
function at(circuit: Circuit, flags = 0xff): World {
  const of = world(3);
  const { ledger } = of;
  ledger.u8[BYTES + CIRCUIT] = CIRCUITS.indexOf(circuit);
  ledger.u8[BYTES + TRIALS] = 0x31;
  ledger.u8[BYTES + RUN] = 7;
  ledger.u8[BYTES + LEVEL] = 2;
  ledger.u8[BYTES + FLAGS] = flags;
  ledger.u16[HALF_WORDS + EPOCH] = 9;
  ledger.riseFall[1] = 0x21;
  return of;
}

describe('the table of moves', () => {
  test('lists exactly the moves of the decisions', () => {
    for (const circuit of CIRCUITS) {
      const listed = Object.fromEntries(Object.entries(TRANSITIONS[circuit]).map(([event, { to }]) => [event, to]));
      const expected = Object.fromEntries(
        EVENTS.filter((event) => MOVES[event][circuit] !== '').map((event) => [event, MOVES[event][circuit]]),
      );
      assert.deepEqual(listed, expected, circuit);
    }
  });

  test('says of each move what it does', () => {
    for (const circuit of CIRCUITS) {
      for (const [event, { does }] of Object.entries(TRANSITIONS[circuit]))
        assert.ok(does.length > 10, `${circuit}, ${event}`);
    }
  });

  test('opens a closed circuit by evidence or an operator only', () => {
    assert.deepEqual(
      EVENTS.filter((event) => MOVES[event].closed === 'open'),
      ['suspected', 'forced-open'],
    );
  });

  test('closes an open circuit by an operator only: everyone else must pass trials', () => {
    assert.deepEqual(
      EVENTS.filter((event) => MOVES[event].open === 'closed'),
      ['forced-closed'],
    );
    assert.deepEqual(
      EVENTS.filter((event) => MOVES[event]['half-open'] === 'closed'),
      ['trials-passed', 'forced-closed'],
    );
  });
});

for (const circuit of CIRCUITS) {
  describe(`a circuit that is ${circuit}`, () => {
    for (const event of EVENTS) {
      const to = MOVES[event][circuit];
      if (to === '') {
        test(`is not changed by ${event}, to the bit`, () => {
          const { ledger } = at(circuit);
          const before = [ledger.u8.slice(), ledger.riseFall.slice()];
          assert.equal(moveCircuit(ledger, 1, event), -1);
          assert.deepEqual([ledger.u8, ledger.riseFall], before);
        });
        continue;
      }
      test(`is moved to ${to} by ${event}, with a new epoch and no count left`, () => {
        const { ledger } = at(circuit);
        assert.equal(moveCircuit(ledger, 1, event), CIRCUITS.indexOf(to));
        assert.equal(CIRCUITS[ledger.u8[BYTES + CIRCUIT]], to);
        assert.equal(ledger.u16[HALF_WORDS + EPOCH], 10);
        assert.equal(ledger.u8[BYTES + TRIALS], 0);
        assert.equal(ledger.u8[BYTES + RUN], 0);
        assert.equal(ledger.riseFall[1], 0x20, 'the count for rise starts again, that for fall goes on');
        assert.equal(ledger.u8[BYTES + LEVEL], 2, 'the level is another owner’s');
        const flags = ledger.u8[BYTES + FLAGS];
        assert.equal(flags & KEPT, KEPT);
        assert.equal(flags & (LOOSE_TRIAL | SPARED), 0);
        // Trials by replayable requests only: begun by that event, kept when a trial expires, ended by every other move.
        assert.equal((flags & SAFE_ONLY) !== 0, event === 'replayable' || event === 'trial-expired');
        assert.deepEqual(
          [...ledger.u8.slice(0, BYTES), ...ledger.u8.slice(2 * BYTES, 3 * BYTES)],
          [...world(3).ledger.u8.slice(0, BYTES), ...world(3).ledger.u8.slice(2 * BYTES, 3 * BYTES)],
        );
      });
    }
  });
}

test('a trial that expires in a half-open circuit for everyone leaves it for everyone', () => {
  const { ledger } = at('half-open', LOOSE_TRIAL);
  moveCircuit(ledger, 1, 'trial-expired');
  assert.equal(ledger.u8[BYTES + FLAGS], 0);
});

test('an early trial is marked on a circuit that carried no flag', () => {
  const { ledger } = at('open', 0);
  moveCircuit(ledger, 1, 'replayable');
  assert.equal(ledger.u8[BYTES + FLAGS], SAFE_ONLY);
});

test('the epoch counts modulo 65536', () => {
  const { ledger } = at('closed');
  ledger.u16[HALF_WORDS + EPOCH] = 65_535;
  moveCircuit(ledger, 1, 'suspected');
  assert.equal(ledger.u16[HALF_WORDS + EPOCH], 0);
});

test('closed is told from the others', () => {
  for (const circuit of CIRCUITS) assert.equal(isClosed(at(circuit).ledger, 1), circuit === 'closed');
});
