import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { BYTES, FLAGS, GROWING, INVERSE_WEIGHT, LISTED, Ledger, POSITION, SPARED, WORDS } from '../model/index.ts';
import { near } from '../observe/world-fixture.test.ts';
import type { Group } from './index.ts';
import { Roster, isInList, isParked } from './index.ts';

function newcomer(ledger: Ledger, weight = 1): number {
  const slot = ledger.take();
  ledger.f32[slot * WORDS + INVERSE_WEIGHT] = 1 / weight;
  return slot;
}
const listedOf = (group: Group): number[] => [...group.listed.subarray(0, group.listedCount)];
const othersOf = (group: Group): number[] => [...group.others.subarray(0, group.othersCount)];

describe('groups', () => {
  test('of one priority form a tier, own zone first', () => {
    const roster = new Roster();
    const away = roster.groupFor(0, false);
    const home = roster.groupFor(0, true);
    assert.deepEqual(
      roster.tiers.map(({ groups }) => groups),
      [[home, away]],
    );
    assert.equal(roster.groupFor(0, true), home);
    assert.equal(roster.groupFor(0, false), away);
    assert.deepEqual([home.isOwnZone, away.isOwnZone], [true, false]);
  });

  test('form tiers by priority, the lowest number first, and keep their own number', () => {
    const roster = new Roster();
    for (const priority of [7, 0, 1000, 3]) roster.groupFor(priority, true);
    assert.deepEqual(
      roster.tiers.map(({ priority }) => priority),
      [0, 3, 7, 1000],
    );
    assert.deepEqual(
      roster.groups.map(({ number, priority }) => [number, priority]),
      [
        [0, 7],
        [1, 0],
        [2, 1000],
        [3, 3],
      ],
    );
  });

  test('begin empty, fit, and with something for the strategies to build', () => {
    const roster = new Roster();
    const group = roster.groupFor(0, true);
    assert.deepEqual(
      [group.size, group.largestWeight, group.isStale, group.isWeightStale, group.cursor],
      [0, 1, true, false, 0],
    );
    assert.deepEqual([...group.held], [1, -Infinity]);
    assert.deepEqual([...roster.tiers[0].held], [1, -Infinity]);
    assert.deepEqual([roster.size, roster.listedCount, roster.listedWeight[0]], [0, 0, 0]);
  });
});

describe('groups that have become empty', () => {
  test('leave their tiers, and have their old number when somebody comes back', () => {
    const ledger = new Ledger();
    const roster = new Roster();
    const slots = [0, 1, 2].map(() => newcomer(ledger));
    const [home, away, spare] = [roster.groupFor(0, true), roster.groupFor(0, false), roster.groupFor(1, true)];
    [home, away, spare].forEach((group, index) => roster.enter(ledger, slots[index], group, true));
    roster.dropEmpty();
    assert.deepEqual(
      roster.tiers.map(({ groups }) => groups),
      [[home, away], [spare]],
    );
    roster.leave(ledger, slots[0]);
    roster.leave(ledger, slots[2]);
    roster.dropEmpty();
    assert.deepEqual(
      roster.tiers.map(({ groups }) => groups),
      [[away]],
    );
    assert.equal(roster.groupFor(0, true), home);
    assert.equal(roster.groupFor(1, true), spare);
    assert.deepEqual(
      roster.tiers.map(({ groups }) => groups),
      [[home, away], [spare]],
    );
    assert.deepEqual(roster.groups, [home, away, spare]);
  });
});

describe('moving between the lists', () => {
  test('says whether the slot has moved', () => {
    const ledger = new Ledger();
    const roster = new Roster();
    const slot = newcomer(ledger);
    roster.enter(ledger, slot, roster.groupFor(0, true), true);
    assert.equal(roster.list(ledger, slot, true), false);
    assert.equal(roster.list(ledger, slot, false), true);
    assert.equal(roster.list(ledger, slot, false), false);
    assert.equal(roster.list(ledger, slot, true), true);
  });

  test('the last takes the place of the one that goes', () => {
    const ledger = new Ledger();
    const roster = new Roster();
    const group = roster.groupFor(0, true);
    const slots = [1, 2, 3].map(() => newcomer(ledger));
    for (const slot of slots) roster.enter(ledger, slot, group, true);
    roster.list(ledger, slots[0], false);
    assert.deepEqual([listedOf(group), othersOf(group)], [[slots[2], slots[1]], [slots[0]]]);
  });

  test('a slot that is parked is in no list, and is not moved into one', () => {
    const ledger = new Ledger();
    const roster = new Roster();
    const slot = newcomer(ledger);
    assert.equal(isParked(ledger, slot), true);
    roster.enter(ledger, slot, roster.groupFor(0, true), true);
    assert.equal(isParked(ledger, slot), false);
    roster.leave(ledger, slot);
    assert.equal(isParked(ledger, slot), true);
    assert.equal(isInList(ledger, slot), false);
    assert.equal(roster.list(ledger, slot, true), false);
    assert.equal(roster.size, 0);
  });

  test('tells the strategies of who joins and who leaves, and of nothing else', () => {
    const ledger = new Ledger();
    const roster = new Roster();
    const group = roster.groupFor(0, true);
    const slot = newcomer(ledger);
    group.isStale = false;
    roster.enter(ledger, slot, group, true);
    assert.equal(group.isStale, true);
    group.isStale = false;
    roster.list(ledger, slot, false);
    assert.equal(group.isStale, false);
    roster.leave(ledger, slot);
    assert.equal(group.isStale, true);
  });

  test('leaves the other flags of a slot alone', () => {
    const ledger = new Ledger();
    const roster = new Roster();
    const slot = newcomer(ledger);
    ledger.u8[slot * BYTES + FLAGS] = GROWING | SPARED | LISTED;
    roster.enter(ledger, slot, roster.groupFor(0, true), false);
    assert.equal(ledger.u8[slot * BYTES + FLAGS], GROWING | SPARED);
    roster.list(ledger, slot, true);
    assert.equal(ledger.u8[slot * BYTES + FLAGS], GROWING | SPARED | LISTED);
    roster.leave(ledger, slot);
    assert.equal(ledger.u8[slot * BYTES + FLAGS], GROWING | SPARED);
  });

  test('the sum of listed weights is zero again, without a rounding’s rest, when nobody is listed', () => {
    const ledger = new Ledger();
    const roster = new Roster();
    const slots = [0.1, 0.7, 1e6, 3].map((weight) => newcomer(ledger, weight));
    for (const slot of slots) roster.enter(ledger, slot, roster.groupFor(0, true), true);
    near(roster.listedWeight[0], 1_000_003.8, 0.1);
    for (const slot of slots) roster.list(ledger, slot, false);
    assert.equal(roster.listedWeight[0], 0);
  });
});

test('a roster made for one call counts its lists and leaves the ledger to the membership', () => {
  const ledger = new Ledger();
  const roster = new Roster();
  const slots = [1, 2, 3].map(() => newcomer(ledger));
  const before = ledger.u8.slice();
  const group = roster.groupFor(0, true);
  roster.put(slots[0], group, true);
  roster.put(slots[1], group, false);
  roster.put(slots[2], group, true);
  assert.deepEqual([roster.size, roster.listedCount, group.size], [3, 2, 3]);
  assert.deepEqual([listedOf(group), othersOf(group)], [[slots[0], slots[2]], [slots[1]]]);
  assert.deepEqual(ledger.u8, before);
  group.held[0] = 0.5;
  roster.empty();
  assert.deepEqual([roster.size, roster.listedCount, group.size], [0, 0, 0]);
  assert.equal(roster.groupFor(0, true), group);
  assert.equal(group.held[0], 0.5, 'what is believed of it stays');
});

// The model: who is in which group, and whether listed. The reference is two sets a group.

interface Model {
  readonly groupOf: Map<number, number>;
  readonly listed: Set<number>;
}
interface Real {
  readonly ledger: Ledger;
  readonly roster: Roster;
  readonly weights: readonly number[];
}
const PLACES: readonly [priority: number, isOwnZone: boolean][] = [
  [0, true],
  [0, false],
  [5, true],
];
const SLOTS = 40;

class Enter implements fc.Command<Model, Real> {
  readonly slot: number;
  readonly place: number;
  readonly isListed: boolean;
  constructor(slot: number, place: number, isListed: boolean) {
    this.slot = slot;
    this.place = place;
    this.isListed = isListed;
  }
  check = (model: Readonly<Model>): boolean => !model.groupOf.has(this.slot);
  run(model: Model, real: Real): void {
    const group = real.roster.groupFor(...PLACES[this.place]);
    real.roster.enter(real.ledger, this.slot, group, this.isListed);
    model.groupOf.set(this.slot, group.number);
    if (this.isListed) model.listed.add(this.slot);
    agree(model, real);
  }
  toString = (): string => `enter(${this.slot}, ${PLACES[this.place]}, ${this.isListed})`;
}

class Leave implements fc.Command<Model, Real> {
  readonly slot: number;
  constructor(slot: number) {
    this.slot = slot;
  }
  check = (model: Readonly<Model>): boolean => model.groupOf.has(this.slot);
  run(model: Model, real: Real): void {
    real.roster.leave(real.ledger, this.slot);
    model.groupOf.delete(this.slot);
    model.listed.delete(this.slot);
    agree(model, real);
  }
  toString = (): string => `leave(${this.slot})`;
}

class List implements fc.Command<Model, Real> {
  readonly slot: number;
  readonly isListed: boolean;
  constructor(slot: number, isListed: boolean) {
    this.slot = slot;
    this.isListed = isListed;
  }
  check = (): boolean => true;
  run(model: Model, real: Real): void {
    const isPresent = model.groupOf.has(this.slot);
    const moves = isPresent && model.listed.has(this.slot) !== this.isListed;
    assert.equal(real.roster.list(real.ledger, this.slot, this.isListed), moves);
    if (isPresent && this.isListed) model.listed.add(this.slot);
    if (!this.isListed) model.listed.delete(this.slot);
    agree(model, real);
  }
  toString = (): string => `list(${this.slot}, ${this.isListed})`;
}

function agree({ groupOf, listed }: Model, { ledger, roster, weights }: Real): void {
  const sorted = (slots: Iterable<number>): number[] => [...slots].sort((a, b) => a - b);
  for (const group of roster.groups) {
    const inGroup = [...groupOf.keys()].filter((slot) => groupOf.get(slot) === group.number);
    assert.deepEqual(sorted(listedOf(group)), sorted(inGroup.filter((slot) => listed.has(slot))));
    assert.deepEqual(sorted(othersOf(group)), sorted(inGroup.filter((slot) => !listed.has(slot))));
    // Dense, and each slot knows where it stands.
    listedOf(group).forEach((slot, position) => assert.equal(ledger.i32[slot * WORDS + POSITION], position));
    othersOf(group).forEach((slot, position) => assert.equal(ledger.i32[slot * WORDS + POSITION], position));
    for (const slot of inGroup) assert.equal(roster.groups[ledger.group[slot]], group);
  }
  for (let slot = 0; slot < SLOTS; slot++) {
    assert.equal(isParked(ledger, slot), !groupOf.has(slot));
    assert.equal(isInList(ledger, slot), listed.has(slot));
  }
  assert.equal(roster.size, groupOf.size);
  assert.equal(roster.listedCount, listed.size);
  let weight = 0;
  for (const slot of listed) weight += weights[slot];
  near(roster.listedWeight[0], weight, 1e-5 * (1 + weight));
}

test('any sequence of entering, leaving and moving agrees with sets', () => {
  const slot = fc.nat(SLOTS - 1);
  const commands = fc.commands(
    [
      fc
        .tuple(slot, fc.nat(PLACES.length - 1), fc.boolean())
        .map(([one, place, isListed]) => new Enter(one, place, isListed)),
      slot.map((one) => new Leave(one)),
      fc.tuple(slot, fc.boolean()).map(([one, isListed]) => new List(one, isListed)),
    ],
    { maxCommands: 200, size: 'max' },
  );
  fc.assert(
    fc.property(commands, (steps) => {
      fc.modelRun(() => {
        const ledger = new Ledger();
        const weights = Array.from({ length: SLOTS }, (_, index) => 1 + (index % 7));
        for (const weight of weights) newcomer(ledger, weight);
        return {
          model: { groupOf: new Map<number, number>(), listed: new Set<number>() },
          real: { ledger, roster: new Roster(), weights },
        };
      }, steps);
    }),
    { numRuns: 60 },
  );
});

test('lists grow with their group', () => {
  const ledger = new Ledger();
  const roster = new Roster();
  const group = roster.groupFor(0, true);
  const slots = Array.from({ length: 100 }, () => newcomer(ledger));
  slots.forEach((slot, index) => roster.enter(ledger, slot, group, index % 2 === 0));
  assert.deepEqual(
    listedOf(group),
    slots.filter((_, index) => index % 2 === 0),
  );
  assert.deepEqual(
    othersOf(group),
    slots.filter((_, index) => index % 2 === 1),
  );
});
