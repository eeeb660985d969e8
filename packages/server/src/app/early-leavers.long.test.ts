// Clients that leave at every possible moment, by the thousand, leave nothing behind: no handle, no lease, no connection
// to an instance, no evidence.

import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { connect } from 'node:net';
import { test } from 'node:test';
import { ask, portOf, proxyTo, startInstance, until } from '../../test/real-fleet.ts';

const ROUNDS = 5;
const LEAVERS = 1000;
const AT_ONCE = 50;
const REQUESTS = [
  'GET /slow HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET /large HTTP/1.1\r\nHost: a\r\n\r\n',
  'POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\npart',
  'POST /slow HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n',
  'GET /slow HTTP/1.1\r\nHos',
  'GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /slow HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\n',
];

test('clients that leave early leave nothing behind', async (t) => {
  const large = Buffer.alloc(4 * 1024 * 1024);
  const fleet = [];
  for (const id of ['a', 'b'])
    fleet.push(
      await startInstance(t, id, (request, response) => {
        request.on('error', () => {});
        if (request.url === '/large') response.end(large);
        else if (request.url === '/slow') request.resume().on('end', () => setTimeout(() => response.end('slow'), 50));
        else response.end('ok');
      }),
    );
  const server = await proxyTo(t, fleet);
  const port = portOf(server);
  const leave = (): Promise<void> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(REQUESTS[randomInt(REQUESTS.length)]);
        setTimeout(() => (randomInt(2) === 0 ? socket.destroy() : socket.resetAndDestroy()), randomInt(20));
      });
      socket.on('error', () => {});
      socket.on('close', () => resolve());
    });
  const inFlight = async (): Promise<number> =>
    (await server.inspect())[0].instances.reduce((sum, instance) => sum + instance.inFlight, 0);
  const handles = (): number =>
    process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap' || kind === 'Timeout').length;

  const after: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    let left = LEAVERS;
    const leaver = async (): Promise<void> => {
      while (left-- > 0) await leave();
    };
    await Promise.all(Array.from({ length: AT_ONCE }, leaver));
    for (let i = 0; (await inFlight()) > 0; i++) {
      assert.ok(i < 500, 'every lease is settled');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.equal((await ask(server.url!)).status, 200);
    after.push(handles());
  }
  await until(() => handles() <= after[0] + 10, 'the handles being as few as after the first round');
  const [{ instances }] = await server.inspect();
  for (const { circuit, evidence } of instances) {
    assert.equal(circuit, 'closed');
    assert.equal(evidence.bad, 0);
  }
  t.diagnostic(`handles after each round: ${after.join(', ')}`);
});
