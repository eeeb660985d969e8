// The thread in which the fleets live: real servers on ephemeral ports, all on one script.

import { parentPort, workerData } from 'node:worker_threads';

import { seededRandom } from 'hale/testing';

import { RealInstance } from './real-instance.ts';
import { epochNow } from './threads.ts';
import type { FleetNews, FleetOrder, FleetTask } from './threads.ts';

/** Breaks and crashes begin this much late at most. */
const TICK_MS = 5;
const COUNTS_EVERY_MS = 250;

const { fleets, ids, seed, serviceMs, script } = workerData as FleetTask;
let startAt = Infinity; // before the script's start nobody has a fault

// The same draws for the same instance of each fleet: its n-th request takes the same time whoever sent it.
const all = Array.from({ length: fleets }, () =>
  ids.map(
    (id) =>
      new RealInstance({
        id,
        script,
        serviceMs,
        random: seededRandom(`${seed} ${id}`),
        now: () => epochNow() - startAt,
      }),
  ),
);

parentPort!.on('message', (order: FleetOrder) => (startAt = order.startAt));
const ports = await Promise.all(all.map((fleet) => Promise.all(fleet.map((instance) => instance.start()))));
tell({ type: 'ready', ports });
setInterval(() => {
  for (const fleet of all) for (const instance of fleet) instance.tick();
}, TICK_MS);
setInterval(
  () => tell({ type: 'counts', requests: all.map((fleet) => fleet.map((instance) => instance.requests)) }),
  COUNTS_EVERY_MS,
);

function tell(news: FleetNews): void {
  parentPort!.postMessage(news);
}
