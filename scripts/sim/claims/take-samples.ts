// Takes the samples of some groups on as many threads as there are processors.

import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Sample } from './claim.ts';
import type { Task } from './thread.ts';

/** By group, in the order of the seeds. Progress goes to standard error. */
export async function takeSamples(
  groups: readonly string[],
  seeds: readonly number[],
): Promise<ReadonlyMap<string, readonly Sample[]>> {
  const samples = new Map(groups.map((group): [string, Sample[]] => [group, Array.from({ length: seeds.length })]));
  const tasks = groups.flatMap((group) => seeds.map((seed, place) => ({ group, seed, place })));
  let next = 0;
  const work = async (): Promise<void> => {
    const thread = new Worker(new URL('thread.ts', import.meta.url));
    try {
      while (next < tasks.length) {
        const { group, seed, place } = tasks[next++];
        process.stderr.write(`\r\x1b[K${next} of ${tasks.length}: ${group}`);
        const answer = once(thread, 'message') as Promise<[Sample]>;
        thread.postMessage({ group, seed } satisfies Task);
        [samples.get(group)![place]] = await answer;
      }
    } finally {
      await thread.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), tasks.length) }, work));
  process.stderr.write('\r\x1b[K');
  return samples;
}
