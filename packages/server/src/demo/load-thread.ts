// The thread that sends: every arrival goes to each proxy at the same moment, and its end is judged here.

import { parentPort, workerData } from 'node:worker_threads';

import { arrivals } from './arrivals.ts';
import { LoadLane } from './load-lane.ts';
import { epochNow } from './threads.ts';
import type { LoadNews, LoadOrder, LoadTask } from './threads.ts';

const TELL_EVERY_MS = 250;

const task = workerData as LoadTask;
const lanes = task.proxies.map((proxy) => new LoadLane(proxy.name, proxy.port, task));
const schedule = arrivals(task.seed, task.rate);
let next = schedule.next().value;
let isStopped = false;

parentPort!.on('message', (order: LoadOrder) => {
  isStopped ||= order.type === 'stop';
});

const telling = setInterval(() => tell('tally'), TELL_EVERY_MS);
send();

function send(): void {
  const now = epochNow() - task.startAt;
  while (!isStopped && next.at <= now && next.at < task.lengthMs) {
    for (const lane of lanes) lane.send(next);
    next = schedule.next().value;
  }
  if (isStopped || next.at >= task.lengthMs) return void finish();
  setTimeout(send, Math.min(50, Math.max(0, next.at - now)));
}

async function finish(): Promise<void> {
  await Promise.all(lanes.map((lane) => lane.settled()));
  clearInterval(telling);
  tell('done');
}

function tell(type: LoadNews['type']): void {
  parentPort!.postMessage({ type, tallies: lanes.map((lane) => lane.tally()) } satisfies LoadNews);
}
