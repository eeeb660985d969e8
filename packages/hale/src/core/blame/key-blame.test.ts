import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '../kernel/index.ts';
import type { KeyMove } from '../model/index.ts';
import { KeyBlame } from './key-blame.ts';
import { CELLS, FORGET_MS } from './sketch.ts';

/** A fleet of instances in front of which keys fail or do well, one outcome each millisecond. */
class Rig {
  now = 1000;
  readonly told: KeyMove[] = [];
  readonly blame: KeyBlame;
  readonly instances: number;
  #turn = 0;

  constructor(instances = 8, seed = 'blame') {
    this.instances = instances;
    this.blame = new KeyBlame(seededRandom(seed), (move) => void this.told.push(move));
  }

  fail(key: string, slot = this.#turn++ % this.instances, second?: string): boolean {
    return this.blame.failed(key, second, slot, this.instances, this.now++);
  }

  succeed(key: string, slot = this.#turn++ % this.instances, second?: string): void {
    this.blame.succeeded(key, second, slot, this.now++);
  }

  /** Others do well meanwhile, as many as there are instances. */
  others(isGood = true): void {
    for (let slot = 0; slot < this.instances; slot++) {
      if (isGood) this.succeed(`other ${slot}`, slot);
      else this.fail(`other ${slot}`, slot);
    }
  }

  /** Failures until it is blamed, others between them; -1 = never. */
  failuresOf(key: string, most = 100, slotOf?: (at: number) => number): number {
    for (let at = 0; at < most; at++) {
      if (this.fail(key, slotOf?.(at))) return at + 1;
      this.others();
    }
    return -1;
  }

  isBlamed(key: string): boolean {
    return this.blame.isBlamed(key, this.now);
  }
}

describe('a key whose requests fail', () => {
  test('is blamed at the fifth failure, at three instances, while the others do well', () => {
    const rig = new Rig();
    assert.equal(rig.failuresOf('culprit'), 5);
    assert.deepEqual([rig.isBlamed('culprit'), rig.isBlamed('other 1')], [true, false]);
    assert.deepEqual(
      rig.told.map(({ type, instances, reason }) => [type, instances, reason]),
      [['blamed', 5, 'spread']],
    );
  });

  test('is not blamed for one instance, nor for two of eight, however often it fails there', () => {
    assert.equal(
      new Rig().failuresOf('route', 200, () => 3),
      -1,
    );
    assert.equal(
      new Rig().failuresOf('route', 200, (at) => at & 1),
      -1,
    );
  });

  test('is blamed at both of two instances, and never where there is one', () => {
    assert.equal(new Rig(2).failuresOf('culprit'), 5);
    assert.equal(new Rig(1).failuresOf('culprit'), -1);
  });

  test('is not blamed while the others fail as it does', () => {
    const rig = new Rig();
    for (let round = 0; round < 50; round++) {
      assert.equal(rig.fail('busy'), false);
      rig.others(false);
    }
    assert.equal(rig.blame.blamed, 0);
  });

  test('is not blamed where nobody else is', () => {
    const rig = new Rig();
    for (let at = 0; at < 100; at++) assert.equal(rig.fail('only'), false);
  });

  test('is not blamed while half of its requests go well', () => {
    const rig = new Rig();
    for (let at = 0; at < 200; at++) {
      assert.equal(rig.fail('half'), false);
      rig.succeed('half');
      rig.others();
    }
  });

  test('is held to its fault from then on, and does not excuse the others', () => {
    const rig = new Rig();
    rig.failuresOf('culprit');
    for (let at = 0; at < 50; at++) assert.equal(rig.fail('culprit'), true);
    // What the first did before it was blamed is still among the last 32 outcomes.
    assert.ok([5, 6].includes(rig.failuresOf('second')));
  });

  test('is pardoned by three good answers, and begins anew', () => {
    const rig = new Rig();
    rig.failuresOf('culprit');
    for (let at = 0; at < 50; at++) rig.fail('culprit');
    const after = [1, 2, 3].map(() => {
      rig.succeed('culprit');
      return rig.isBlamed('culprit');
    });
    assert.deepEqual(after, [true, true, false]);
    assert.deepEqual(rig.told.at(-1)?.reason, 'good-outcomes');
    assert.equal(rig.failuresOf('culprit'), 5);
  });

  test('is forgotten after a minute without a failure, which is told when anything else ends', () => {
    const rig = new Rig();
    rig.failuresOf('culprit');
    rig.now += FORGET_MS;
    assert.equal(rig.isBlamed('culprit'), false);
    assert.deepEqual(rig.blame.list(rig.now, 20), []);
    rig.succeed('other');
    assert.deepEqual([rig.told.at(-1)?.type, rig.told.at(-1)?.reason], ['pardoned', 'idle']);
    assert.deepEqual([rig.blame.watched, rig.blame.blamed], [0, 0]);
  });

  test('is told of when it comes back itself', () => {
    const rig = new Rig();
    rig.failuresOf('culprit');
    rig.now += FORGET_MS;
    assert.equal(rig.fail('culprit'), false);
    assert.equal(rig.told.at(-1)?.reason, 'idle');
  });
});

describe('of a route and a client', () => {
  test('the route is blamed when all who ask for it fail', () => {
    const rig = new Rig();
    for (let at = 0; at < 12; at++) {
      rig.fail('/report', at % 8, `client ${at % 4}`);
      for (let client = 0; client < 4; client++) rig.succeed('/', client, `client ${client}`);
    }
    assert.ok(rig.isBlamed('/report'));
    for (let client = 0; client < 4; client++) assert.equal(rig.isBlamed(`client ${client}`), false);
  });

  test('the client is blamed when it fails wherever it asks', () => {
    const rig = new Rig();
    for (let at = 0; at < 12; at++) {
      rig.fail(`/${at % 3}`, at % 8, 'client');
      for (let route = 0; route < 3; route++) rig.succeed(`/${route}`, route, 'another');
    }
    assert.ok(rig.isBlamed('client'));
    for (let route = 0; route < 3; route++) assert.equal(rig.isBlamed(`/${route}`), false);
  });

  test('the same text twice is one key', () => {
    const rig = new Rig();
    for (let at = 0; at < 4; at++) {
      assert.equal(rig.fail('twice', at, 'twice'), false);
      rig.others();
    }
  });
});

describe('what is told', () => {
  test('names a key by a hash that is the same in every process, and never by itself', () => {
    const [first, second] = ['one', 'two'].map((seed) => {
      const rig = new Rig(8, seed);
      rig.failuresOf('10.0.0.1');
      return rig.told[0].key;
    });
    assert.match(first, /^[0-9a-f]{8}$/);
    assert.equal(first, second);
    const rig = new Rig();
    rig.failuresOf('10.0.0.2');
    assert.notEqual(rig.told[0].key, first);
    assert.equal(rig.blame.list(rig.now, 20)[0].key, rig.told[0].key);
  });

  test('is bounded by time, whatever number of names a client has', () => {
    const rig = new Rig();
    for (let name = 0; name < 100; name++) rig.failuresOf(`name ${name}`);
    const seconds = Math.ceil(rig.now / 1000);
    assert.ok(rig.blame.blamed >= 95, `${rig.blame.blamed} are blamed`);
    assert.ok(rig.told.length >= 10 && rig.told.length <= 10 + seconds, `${rig.told.length} in ${seconds} s`);
  });
});

describe('among many keys', () => {
  test('the one culprit is found and nobody else is blamed, though each of 10 000 others fails now and then', () => {
    const random = seededRandom('crowd');
    const rig = new Rig();
    for (let at = 0; at < 100_000; at++) {
      if (random() < 0.01) rig.fail('culprit');
      else {
        const name = `innocent ${Math.floor(random() * 10_000)}`;
        if (random() < 0.01) assert.equal(rig.fail(name), false, name);
        else rig.succeed(name);
      }
    }
    assert.deepEqual([rig.isBlamed('culprit'), rig.blame.blamed], [true, 1]);
  });

  test('whoever has more names than there are cells is not found with all of them, and nothing grows', () => {
    const rig = new Rig();
    for (let name = 0; name < 2000; name++) rig.failuresOf(`name ${name}`, 6);
    assert.ok(rig.blame.blamed <= CELLS && rig.blame.watched <= CELLS);
    assert.ok(rig.blame.blamed > CELLS / 2, `${rig.blame.blamed} are blamed`);
    rig.others();
    rig.now += 2 * FORGET_MS;
    rig.others();
    assert.deepEqual([rig.blame.watched, rig.blame.blamed], [0, 0]);
  });

  test('any outcomes at any time leave whole numbers within bounds', () => {
    const step = fc.record({
      isGood: fc.boolean(),
      key: fc.oneof(fc.string(), fc.constantFrom('a', 'b', 'c')),
      second: fc.option(fc.constantFrom('a', 'd'), { nil: undefined }),
      slot: fc.nat(2 ** 24),
      reach: fc.integer({ min: -1, max: 100 }),
      now: fc.oneof(fc.integer({ min: 0, max: 100 }), fc.double({ min: -1e15, max: 1e15, noNaN: true })),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const { blame, told } = new Rig();
        for (const { isGood, key, second, slot, reach, now } of steps) {
          if (isGood) blame.succeeded(key, second, slot, now);
          else blame.failed(key, second, slot, reach, now);
          assert.ok(blame.watched >= 0 && blame.watched <= CELLS);
          assert.ok(blame.blamed >= 0 && blame.blamed <= blame.watched);
          for (const { idleMs, instances } of blame.list(now, 20))
            assert.ok(idleMs >= 0 && idleMs < FORGET_MS && instances >= 0 && instances <= 32);
        }
        let out = 0;
        for (const { type } of told) assert.ok((out += type === 'blamed' ? 1 : -1) >= 0, 'pardoned, and never blamed');
      }),
    );
  });
});
