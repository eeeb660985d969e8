import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { afterEach, describe, it } from 'node:test';

import type { Fault } from 'hale/testing';
import { seededRandom } from 'hale/testing';

import { startForwarder } from './forwarder.ts';
import type { RunningProxy } from './forwarder.ts';
import { ANSWER, RealInstance } from './real-instance.ts';
import { roundRobin } from './round-robin.ts';

interface Seen {
  readonly status: number;
  readonly size: number;
}

/** Work that does not end within the test. */
const AN_HOUR = 3_600_000;
const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const part of opened.splice(0)) await part.close();
});

/** An instance that has this fault in [1000, 2000) of a clock that the test sets. */
async function instanceWith(
  fault: Fault,
  serviceMs = 2,
): Promise<{ instance: RealInstance; port: number; at(ms: number): void }> {
  let now = 0;
  const script = [{ at: 1000, until: 2000, instance: 'a', fault }];
  const instance = new RealInstance({ id: 'a', script, serviceMs, random: seededRandom(1), now: () => now });
  opened.push(instance);
  const port = await instance.start();
  return {
    instance,
    port,
    at(ms) {
      now = ms;
      instance.tick();
    },
  };
}

function get(port: number, path = '/item', method = 'GET'): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({ host: '127.0.0.1', port, path, method, agent: false }, (incoming) => {
      let size = 0;
      incoming.on('data', (chunk: Buffer) => (size += chunk.length));
      incoming.on('end', () => resolve({ status: incoming.statusCode!, size })).on('error', reject);
    });
    outgoing.on('error', reject).end(method === 'PUT' ? Buffer.alloc(1024) : undefined);
  });
}

describe('a real instance', () => {
  it('answers whole bodies, counts traffic and not checks', async () => {
    const { instance, port } = await instanceWith({ name: 'refuse' });
    assert.deepEqual(await get(port), { status: 200, size: ANSWER.length });
    assert.deepEqual(await get(port, '/item', 'PUT'), { status: 200, size: ANSWER.length });
    assert.equal((await get(port, '/health')).status, 200);
    assert.equal(instance.requests, 2);
  });

  it('crashes for real: what is in flight is reset, connections are refused, and it comes back on its port', async () => {
    const { instance, port, at } = await instanceWith({ name: 'refuse' }, AN_HOUR);
    at(999);
    const inFlight = assert.rejects(get(port), { code: 'ECONNRESET' });
    await until(() => instance.requests === 1);
    at(1000);
    await inFlight;
    await assert.rejects(get(port, '/health'), { code: 'ECONNREFUSED' });
    at(2000);
    await until(async () => (await get(port, '/health')).status === 200);
  });

  it('resets what is in flight in a burst and goes on answering', async () => {
    const { instance, port, at } = await instanceWith({ name: 'resets', everyMs: 100 }, AN_HOUR);
    at(999);
    const inFlight = assert.rejects(get(port), { code: 'ECONNRESET' });
    await until(() => instance.requests === 1);
    at(1001);
    await inFlight;
    assert.equal((await get(port, '/health')).status, 200);
  });

  it('answers what the catalogue says', async () => {
    const brownout = await instanceWith({ name: 'brownout', share: 1 });
    brownout.at(1500);
    assert.equal((await get(brownout.port)).status, 503);
    const truncated = await instanceWith({ name: 'truncated', share: 1 });
    truncated.at(1500);
    await assert.rejects(get(truncated.port));
  });
});

describe('the plain forwarder', () => {
  const forward = async (ports: Record<string, number>, retries: number, timeoutMs = 500): Promise<RunningProxy> => {
    const proxy = await startForwarder({
      policy: roundRobin(Object.keys(ports)),
      ports: new Map(Object.entries(ports)),
      retries,
      timeoutMs,
    });
    opened.push(proxy);
    return proxy;
  };

  it('passes answers on whole, bodies included', async () => {
    const { port } = await instanceWith({ name: 'refuse' });
    const proxy = await forward({ a: port }, 0);
    assert.deepEqual(await get(proxy.port), { status: 200, size: ANSWER.length });
    assert.deepEqual(await get(proxy.port, '/item', 'PUT'), { status: 200, size: ANSWER.length });
  });

  it('tries another instance as often as it may, and passes the last answer on', async () => {
    const bad = await instanceWith({ name: 'brownout', share: 1 });
    const good = await instanceWith({ name: 'refuse' });
    bad.at(1500);
    const ports = { bad: bad.port, good: good.port };
    assert.equal((await get((await forward(ports, 1)).port)).status, 200);
    assert.equal((await get((await forward(ports, 0)).port)).status, 503);
  });

  it('answers 502 for an instance that is gone or never answers', async () => {
    const gone = await instanceWith({ name: 'refuse' });
    gone.at(1000);
    assert.equal((await get((await forward({ a: gone.port }, 0)).port)).status, 502);
    const hole = await instanceWith({ name: 'blackhole' });
    hole.at(1000);
    assert.equal((await get((await forward({ a: hole.port }, 0, 50)).port)).status, 502);
  });
});

/** Tries again until it holds, for 10 s at most: arrivals and bound ports take a turn or two of the event loop. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 1000; attempt++) {
    if (await Promise.resolve(holds()).catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail('it never held');
}
