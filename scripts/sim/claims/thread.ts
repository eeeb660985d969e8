// A thread that takes samples, one after the other.

import { parentPort } from 'node:worker_threads';
import { GROUPS } from './groups.ts';

export interface Task {
  readonly group: string;
  readonly seed: number;
}

parentPort!.on('message', ({ group, seed }: Task) =>
  parentPort!.postMessage(GROUPS.find(({ name }) => name === group)!.sample(seed)),
);
