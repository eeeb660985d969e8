// Runs jobs on as many threads as there are processors, the longest first, since they decide when it ends.

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Figures } from 'hale/sim';
import { SCENARIOS } from 'hale/sim';
import type { Job } from './job.ts';

/** Figures of every job, in the order of the jobs. Progress goes to standard error. */
export async function runJobs(jobs: readonly Job[]): Promise<Figures[][]> {
  const results: Figures[][] = Array.from({ length: jobs.length });
  const order = jobs.map((_, index) => index).toSorted((a, b) => costOf(jobs[b]) - costOf(jobs[a]));
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    const thread = new Worker(new URL('thread.ts', import.meta.url));
    try {
      while (next < order.length) {
        const index = order[next++];
        results[index] = await ask(thread, jobs[index]);
        done++;
        if (done % 20 === 0) process.stderr.write(`\r\x1b[K${done} of ${jobs.length}`);
      }
    } finally {
      await thread.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), jobs.length) }, work));
  process.stderr.write('\r\x1b[K');
  return results;
}

function ask(thread: Worker, job: Job): Promise<Figures[]> {
  return new Promise((resolve, reject) => {
    // By name: to remove all listeners would also remove those that the thread itself lives by.
    const onMessage = (figures: Figures[]): void => settle(() => resolve(figures));
    const onError = (error: unknown): void => settle(() => reject(error as Error));
    const onExit = (code: number): void => settle(() => reject(new Error(`a thread ended with ${code}`)));
    const settle = (end: () => void): void => {
      thread.off('message', onMessage).off('error', onError).off('exit', onExit);
      end();
    };
    thread.on('message', onMessage).on('error', onError).on('exit', onExit);
    thread.postMessage(job);
  });
}

// Requests, roughly: what a run takes grows with them.
function costOf({ scenario, seeds }: Job): number {
  const { load, lengthMs } = SCENARIOS.find(({ name }) => name === scenario)!;
  return (load.kind === 'trace' ? 0 : load.perSecond) * lengthMs * seeds.length;
}
