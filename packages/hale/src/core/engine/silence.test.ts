import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { rigOf } from './engine-fixture.test.ts';

describe('the silence of an instance', () => {
  for (const [what, begin] of [
    [
      'a long stream, after its head',
      (lease: { responded(o: object): void }, now: number) => lease.responded({ latencyMs: 5, now }),
    ],
    ['a slow upload', (lease: { uploading(o: object): void }, now: number) => lease.uploading({ now })],
  ] as const) {
    test(`is not ${what}: the instance keeps its share of traffic meanwhile`, () => {
      const rig = rigOf('ab', { preset: 'serving' });
      rig.succeed('a', 30);
      rig.succeed('b', 30);
      const open = rig.mustPick({ exclude: ['b'] });
      begin(open as never, rig.now);
      const counts = { a: 0, b: 0 };
      // Six others at a time: the open request counts as one in the queue, and as no more.
      const others = [];
      for (let i = 0; i < 400; i++) {
        rig.pass(1);
        const lease = rig.mustPick();
        counts[lease.instance.id as 'a' | 'b']++;
        others.push(lease);
        if (others.length > 6) others.shift()!.succeed({ latencyMs: 5, now: rig.now });
      }
      for (const lease of others) lease.succeed({ latencyMs: 5, now: rig.now });
      assert.ok(counts.a > 120, `the instance with the open request got ${counts.a} of 400`);
      open.succeed({ now: rig.now });
      assert.equal(rig.see('a').inFlight, 0);
    });
  }

  test('is that of a request whose answer is awaited, also beside a stream', () => {
    const rig = rigOf('ab', { preset: 'serving' });
    rig.succeed('a', 30);
    rig.succeed('b', 30);
    const stream = rig.mustPick({ exclude: ['b'] });
    stream.responded({ latencyMs: 5, now: rig.now });
    rig.pass(60_000);
    const hanging = rig.mustPick({ exclude: ['b'] });
    rig.pass(1000);
    let ofA = 0;
    for (let i = 0; i < 100; i++) {
      const lease = rig.mustPick();
      if (lease.instance.id === 'a') ofA++;
      lease.succeed({ latencyMs: 5, now: rig.now });
    }
    assert.equal(ofA, 0, 'a second without the answer of the other request');
    hanging.succeed({ now: rig.now });
    stream.succeed({ now: rig.now });
    assert.equal(rig.see('a').inFlight, 0);
  });
});
