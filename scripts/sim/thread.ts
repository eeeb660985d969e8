// A thread that runs jobs, one after the other.

import { parentPort } from 'node:worker_threads';
import type { Job } from './job.ts';
import { runJob } from './job.ts';

parentPort!.on('message', (job: Job) => parentPort!.postMessage(runJob(job)));
