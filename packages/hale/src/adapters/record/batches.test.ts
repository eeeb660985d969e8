// How lines are gathered, and what becomes of them when nobody takes them; on virtual time, without a disk.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { virtualClock } from '../../core/kernel/index.ts';
import type { VirtualClock } from '../../core/kernel/index.ts';
import { Batches } from './batches.ts';

interface Stage {
  readonly clock: VirtualClock;
  readonly batches: Batches;
  /** What each append was given. */
  readonly asked: string[][];
  readonly told: (string | undefined)[];
  /** How many lines an append takes, or what it fails with. */
  answer: (lines: readonly string[]) => number | Error | Promise<number>;
}

function stage(): Stage {
  const clock = virtualClock();
  const told: (string | undefined)[] = [];
  const asked: string[][] = [];
  const here: Stage = {
    clock,
    told,
    asked,
    answer: (lines) => lines.length,
    batches: new Batches(
      {
        async append(lines) {
          asked.push([...lines]);
          const answer = here.answer(lines);
          if (answer instanceof Error) throw answer;
          return answer;
        },
      },
      clock,
      (reason) => told.push(reason),
    ),
  };
  return here;
}

const KILOBYTE = `${'x'.repeat(999)}\n`;

describe('lines', () => {
  test('that come together are written together, after 200 ms', async () => {
    const { batches, clock, asked } = stage();
    for (const line of ['1\n', '2\n', '3\n']) batches.push(line);
    await clock.advance(199);
    assert.deepEqual(asked, []);
    await clock.advance(1);
    assert.deepEqual(asked, [['1\n', '2\n', '3\n']]);
    assert.equal(batches.counts().written, 3);
  });

  test('of 64 kB are written at once', async () => {
    const { batches, clock, asked } = stage();
    for (let i = 0; i < 64; i++) batches.push(KILOBYTE);
    await clock.advance(0);
    assert.equal(asked.flat().length, 64);
  });

  test('that come while a write is under way wait for its end: one write at a time', async () => {
    const here = stage();
    const { batches, clock, asked } = here;
    let finish: (count: number) => void = () => {};
    here.answer = () => new Promise((resolve) => (finish = resolve));
    batches.push('1\n');
    await clock.advance(200);
    for (let i = 0; i < 200; i++) batches.push(KILOBYTE);
    await clock.advance(5000);
    assert.equal(asked.length, 1);
    here.answer = (lines) => lines.length;
    finish(1);
    await clock.advance(0);
    assert.deepEqual(
      asked.map((lines) => lines.length),
      [1, 200],
    );
    assert.deepEqual(batches.counts(), { written: 201, dropped: 0, errors: 0, lastError: undefined });
  });

  test('that are taken in parts are all written, in order, each once', async () => {
    const here = stage();
    const taken: string[] = [];
    let turn = 0;
    here.answer = (lines) => {
      const count = [0, 1, 2][turn++ % 3]!;
      const some = lines.slice(0, count);
      taken.push(...some);
      return some.length;
    };
    const lines = Array.from({ length: 10 }, (_, i) => `${i}\n`);
    for (const line of lines) here.batches.push(line);
    await here.clock.advance(200);
    assert.deepEqual(taken, lines);
    assert.equal(here.batches.counts().written, 10);
  });

  test('are told by flush to be written, however short they have waited', async () => {
    const { batches, asked } = stage();
    batches.push('1\n');
    await batches.flush();
    assert.deepEqual(asked, [['1\n']]);
    await batches.flush();
    assert.equal(asked.length, 1);
  });
});

describe('a store that takes nothing', () => {
  test('costs at most 1 MB; what is beyond is dropped and counted, and later lines find room again', async () => {
    const here = stage();
    const { batches, clock } = here;
    here.answer = () => new Error('ENOSPC');
    for (let i = 0; i < 1500; i++) batches.push(KILOBYTE);
    assert.equal(batches.counts().dropped, 500);
    await clock.advance(0);
    here.answer = (lines) => lines.length;
    await clock.advance(1000);
    batches.push(KILOBYTE);
    await clock.advance(200);
    assert.deepEqual(batches.counts(), { written: 1001, dropped: 500, errors: 1, lastError: 'ENOSPC' });
  });

  test('is asked once a second at most, whatever comes, and given the same lines again', async () => {
    const here = stage();
    const { batches, clock, asked } = here;
    here.answer = () => new Error('EACCES');
    for (let i = 0; i < 100; i++) {
      batches.push(`${i}\n`);
      await clock.advance(100);
    }
    assert.ok(asked.length >= 9 && asked.length <= 11, `${asked.length} in ten seconds`);
    assert.equal(batches.counts().errors, asked.length);
    assert.equal(asked.at(-1)![0], '0\n');
    const before = asked.length;
    for (let i = 0; i < 200; i++) batches.push(KILOBYTE);
    await clock.advance(0);
    assert.equal(asked.length, before, 'nor when a whole batch has come together');
  });

  test('is told of when it begins and when it ends, not each time', async () => {
    const here = stage();
    here.answer = () => new Error('EIO');
    here.batches.push('1\n');
    await here.clock.advance('5s');
    assert.deepEqual(here.told, ['EIO']);
    here.answer = (lines) => lines.length;
    await here.clock.advance('1s');
    assert.deepEqual(here.told, ['EIO', undefined]);
    assert.equal(here.batches.counts().written, 1);
    here.answer = () => new Error('EROFS');
    here.batches.push('2\n');
    await here.clock.advance('1s');
    assert.deepEqual(here.told, ['EIO', undefined, 'EROFS']);
  });
});

describe('close', () => {
  test('writes what is left and takes no more', async () => {
    const { batches, asked } = stage();
    batches.push('1\n');
    const end = batches.close();
    assert.equal(batches.close(), end);
    await end;
    batches.push('2\n');
    assert.deepEqual(asked, [['1\n']]);
    assert.equal(batches.counts().dropped, 1);
  });

  test('waits for the write under way, and for the lines behind it', async () => {
    const here = stage();
    let finish: (count: number) => void = () => {};
    here.answer = () => new Promise((resolve) => (finish = resolve));
    here.batches.push('1\n');
    await here.clock.advance(200);
    here.batches.push('2\n');
    let isClosed = false;
    const end = here.batches.close().then(() => (isClosed = true));
    await here.clock.advance(1000);
    assert.equal(isClosed, false);
    here.answer = (lines) => lines.length;
    finish(1);
    await end;
    assert.deepEqual(here.asked, [['1\n'], ['2\n']]);
  });

  test('resolves though nothing can be written, tries once, and leaves no timer behind', async () => {
    const here = stage();
    here.answer = () => new Error('EIO');
    here.batches.push('1\n');
    await here.clock.advance(200);
    await here.batches.close();
    assert.deepEqual(here.batches.counts(), { written: 0, dropped: 1, errors: 2, lastError: 'EIO' });
    await here.clock.advance('10s');
    assert.equal(here.asked.length, 2);
  });
});
