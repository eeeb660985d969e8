import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { HealthAwareLoadBalancer } from 'hale';
import type { InstanceSnapshot } from 'hale';

import { INSTANCE_IDS } from './demo-script.ts';
import { Stage } from './stage.ts';
import type { Watched } from './stage.ts';
import type { Tally } from './threads.ts';

/** A real service of eight, which nothing has happened to. */
function snapshots(): readonly InstanceSnapshot[] {
  const service = new HealthAwareLoadBalancer().service('demo');
  service.update(INSTANCE_IDS.map((id) => ({ id })));
  return service.inspect().instances;
}

function stageOf(counts: () => number[][]): { stage: Stage; hale: Watched; tell(sentence: string): void } {
  const script = [
    { at: 0, until: Infinity, instance: '*', fault: { name: 'poison', by: 'error' } as const },
    { at: 1000, until: 2000, instance: 'b', fault: { name: 'refuse' } as const },
  ];
  let news: string[] = [];
  const instances = snapshots();
  const hale: Watched = { instances: async () => instances, happenings: () => news.splice(0) };
  news = [];
  return {
    stage: new Stage({ script, lengthMs: 3000, rate: 100, seed: 1, counts }),
    hale,
    tell: (sentence) => void news.push(sentence),
  };
}

const lost = (name: string, count: number): Tally => ({
  name,
  requests: 100,
  poison: 0,
  inFlight: 0,
  lost: count,
  lostWhileSound: 0,
  p50Ms: 1,
  p99Ms: 2,
  reasons: {},
});

describe('what the demo shows', () => {
  it("counts an instance's share over the last two seconds only", async () => {
    const counts = [[0, 0, 0, 0, 0, 0, 0, 0]];
    const { stage, hale } = stageOf(() => counts.map((fleet) => [...fleet]));
    await stage.look(0, hale);
    counts[0][0] = 1000;
    await stage.look(500, hale);
    counts[0][1] = 30;
    counts[0][2] = 10;
    await stage.look(2600, hale);
    assert.deepEqual(
      stage
        .view()
        .instances.map(({ share }) => share)
        .slice(0, 4),
      [0, 0.75, 0.25, 0],
    );
  });

  it('names the fault of the moment, and never poison, which is on everybody', async () => {
    const { stage, hale } = stageOf(() => []);
    await stage.look(1500, hale);
    assert.deepEqual(
      stage
        .view()
        .instances.map(({ fault }) => fault)
        .slice(0, 2),
      ['', 'crash: refuses'],
    );
    await stage.look(2000, hale);
    assert.equal(stage.view().instances[1].fault, '');
  });

  it('counts the losses of each second, by policy', async () => {
    const { stage, hale } = stageOf(() => []);
    for (const [second, count] of [0, 2, 2, 7].entries()) {
      stage.tallies = [lost('hale', 0), lost('round robin', count)];
      await stage.look(second * 1000, hale);
      await stage.look(second * 1000 + 500, hale);
    }
    assert.deepEqual(stage.view().lostEachSecond, [
      [0, 0, 0, 0],
      [0, 2, 0, 5],
    ]);
  });

  it('keeps the last three of what happened, each with its moment', async () => {
    const { stage, hale, tell } = stageOf(() => []);
    for (let second = 1; second <= 4; second++) {
      tell(`event ${second}`);
      await stage.look(second * 1000, hale);
    }
    assert.deepEqual(stage.view().happened, ['  2.0 s  event 2', '  3.0 s  event 3', '  4.0 s  event 4']);
  });

  it('never claims more time than the run was given', async () => {
    const { stage, hale } = stageOf(() => []);
    await stage.look(3900, hale);
    assert.equal(stage.view().elapsedMs, 3000);
  });
});
