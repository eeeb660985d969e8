// A new list of 100 000 instances of which 1 % are others, beside a bare loop that fills a Map of the same size.

import type { ServiceInstance } from 'hale';
import type { Bench } from './bench.ts';
import { nanoseconds } from './bench.ts';
import { fleetOf, instances } from './fleet.ts';
import { measure } from './measure.ts';

const COUNT = 100_000;

export const updateBench: Bench = {
  name: 'update',
  async run() {
    const service = fleetOf(COUNT);
    // Two lists in turns, each of new objects: as discovery delivers them, nothing is recognised by reference.
    const lists = [
      instances(COUNT),
      instances(COUNT).map((instance, i) => (i % 100 === 0 ? { id: `other-${i}` } : instance)),
    ];
    let turn = 0;
    const [bare, hale] = await measure(
      [
        { name: 'fill a Map', run: (times) => fill(lists[0], times) },
        {
          name: 'hale',
          run(times) {
            for (let left = times; left > 0; left--) service.update(lists[(turn = 1 - turn)]);
          },
        },
      ],
      { rounds: 21, sliceMs: 60 },
    );
    return [
      {
        what: 'update of 100,000 of which 1 % changed',
        value: nanoseconds(hale.ns),
        beside: `filling a Map ${nanoseconds(bare.ns)}`,
        ratio: hale.ratio,
        promise: 'at most 20',
        kept: hale.ratio <= 20,
      },
    ];
  },
};

function fill(list: readonly ServiceInstance[], times: number): void {
  for (let left = times; left > 0; left--) {
    const map = new Map<string, ServiceInstance>();
    for (const instance of list) map.set(instance.id, instance);
    if (map.size !== COUNT) throw new Error('the loop was optimised away');
  }
}
