// Memory: the ledger's bytes, the whole heap of a large fleet, and what a pick and its settlement leave behind.

import { getHeapStatistics } from 'node:v8';
import type { Lease, Service } from 'hale';
import { Ledger } from '../packages/hale/src/core/model/index.ts';
import { Forecast } from '../packages/hale/src/core/score/index.ts';
import type { Bench, Row } from './bench.ts';
import { fleetOf } from './fleet.ts';
import { pickAndSettle } from './pick.bench.ts';

export const memoryBench: Bench = {
  name: 'memory',
  run: () => [ledger(), heap()],
};

/** Apart from the others: what they have compiled allocates otherwise. */
export const garbageBench: Bench = {
  name: 'garbage',
  run: garbage,
};

function ledger(): Row {
  // With the forecast, which the default configuration keeps.
  const bytes = new Ledger().bytesPerInstance + Forecast.bytesPerInstance;
  return {
    what: 'ledger per instance, side columns included',
    value: `${bytes} B`,
    beside: '',
    promise: 'at most 64 + 48 B',
    kept: bytes <= 112,
  };
}

function heap(): Row {
  const count = 1_000_000;
  const before = live();
  const service = fleetOf(count);
  const bytes = (live() - before) / count;
  // Used after the reading, or the collector would be right to take it before.
  if (service.pick() === undefined) throw new Error('a healthy fleet refused a pick');
  return {
    what: 'whole heap per instance at 1,000,000, ids and objects included',
    value: `${bytes.toFixed(0)} B`,
    beside: '',
    promise: 'at most 400 B',
    kept: bytes <= 400,
  };
}

function garbage(): Row[] {
  const service = fleetOf(1000, { now: () => 0 });
  const leaseBytes = sizeOfLease(service);
  const subject = pickAndSettle(service);
  // Optimised first: the interpreter allocates numbers that compiled code does not.
  void subject.run(300_000);
  const before = allocated();
  void subject.run(300_000);
  const bytes = (allocated() - before) / 300_000;
  const rest = bytes - leaseBytes;
  // A heap number is 12 bytes with compressed pointers and 16 without.
  return [
    {
      what: 'garbage per pick + settle, by heap statistics',
      value: `${bytes.toFixed(1)} B`,
      beside: `the lease ${leaseBytes.toFixed(1)} B`,
      promise: 'the lease and one heap number (16 B)',
      kept: rest <= 16.5,
    },
  ];
}

/** What a lease takes while it is held. */
function sizeOfLease(service: Service): number {
  const count = 100_000;
  const held: (Lease | undefined)[] = Array.from({ length: count }, () => undefined);
  const options = { now: 1 };
  const before = live();
  for (let i = 0; i < count; i++) held[i] = service.pick(options);
  const bytes = (live() - before) / count;
  for (const lease of held) lease?.ignore();
  return bytes;
}

function live(): number {
  const collect = (globalThis as { gc?: () => void }).gc;
  if (collect === undefined) throw new Error('memory is measured with --expose-gc');
  for (let i = 0; i < 3; i++) collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function allocated(): number {
  // Bytes ever allocated; Node 25 and later have it.
  const { total_allocated_bytes: bytes } = getHeapStatistics() as { total_allocated_bytes?: number };
  if (bytes === undefined) throw new Error('this Node does not count allocated bytes; Node 26 does');
  return bytes;
}
