// What an exchange does when something breaks that never should. The rest of its story is told on real sockets.

import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { HealthAwareLoadBalancer } from 'hale';
import type { Service } from 'hale';
import { monotonicClock } from 'hale/engine';
import type { Attempt, Sent } from '../attempt.ts';
import type { Client, RelayEnd, RequestBody } from '../client.ts';
import type { Problem } from '../problem.ts';
import { exchange } from './exchange.ts';

const NO_BODY: RequestBody = {
  isEmpty: true,
  isComplete: true,
  isReplayable: true,
  fitsReplay: true,
  attach: (sink) => sink.end([]),
  detach: () => {},
  resume: () => {},
  commit: () => {},
};

interface World {
  readonly service: Service;
  readonly refused: Problem[];
  readonly bugs: unknown[];
  sends: number;
  run(): Promise<void>;
}

function world(send: () => Attempt, relay: () => Promise<RelayEnd> = async () => 'complete', hasLeft = false): World {
  const service = new HealthAwareLoadBalancer({ preset: 'serving' }).service('s');
  service.update([{ id: 'a', host: '127.0.0.1', port: 1 }]);
  const refused: Problem[] = [];
  const bugs: unknown[] = [];
  const client: Client = {
    head: {
      method: 'GET',
      path: '/',
      authority: 'h',
      fields: [],
      clientAddress: '10.0.0.1',
      scheme: 'http',
      version: '1.1',
    },
    body: NO_BODY,
    hasLeft,
    onLeave: undefined,
    inform: () => true,
    relay,
    refuse: (problem) => void refused.push(problem),
  };
  const own: World = {
    service,
    refused,
    bugs,
    sends: 0,
    run: () =>
      exchange(client, {
        route: () => ({
          service,
          key: undefined,
          idleMs: 1000,
          forwarder: {
            send: () => {
              own.sends++;
              return send();
            },
            retain: () => {},
            close: () => {},
          },
        }),
        clock: monotonicClock,
        forwarded: 'replace',
        pseudonym: 'hale-1',
        exposeInstance: true,
        onBug: (error) => void bugs.push(error),
      }),
  };
  return own;
}

const BUG = new Error('a bug');

function answering(body: Readable): Attempt {
  const answer = { status: 200, statusText: 'OK', fields: [], body, trailers: () => [], discard: () => body.destroy() };
  const sent: Sent = { kind: 'answered', answer, waitedMs: 1 };
  return { sent: Promise.resolve(sent), cancel: () => {} };
}

test('a bug before the answer is a 500, is told, and leaves nothing in flight', async () => {
  const { run, service, refused, bugs } = world(() => {
    throw BUG;
  });
  await run();
  assert.deepEqual([refused.map(({ code, status }) => [code, status]), bugs], [[['internal-error', 500]], [BUG]]);
  const { instances } = service.inspect();
  assert.deepEqual([instances[0].inFlight, instances[0].evidence.bad], [0, 0]);
});

test('a bug within the answer costs the connection, is told, and leaves nothing in flight', async () => {
  const body = new Readable({ read: () => {} });
  const { run, service, refused, bugs } = world(
    () => answering(body),
    () => Promise.reject(BUG),
  );
  await assert.rejects(run(), BUG);
  assert.deepEqual([refused, bugs, body.destroyed], [[], [BUG], true]);
  assert.equal(service.inspect().instances[0].inFlight, 0);
});

test('an exchange without a bug settles its lease once', async () => {
  const { run, service, bugs } = world(() => answering(Readable.from([])));
  await run();
  const { instances, ignored } = service.inspect();
  assert.deepEqual([instances[0].inFlight, ignored.double, bugs], [0, 0, []]);
});

test('for a client that has left nobody is asked', async () => {
  const left = world(() => answering(Readable.from([])), undefined, true);
  await left.run();
  assert.deepEqual([left.sends, left.refused], [0, []]);
});
