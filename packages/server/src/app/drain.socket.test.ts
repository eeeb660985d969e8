// Ending without losing a request.

import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import { ask, portOf, proxyTo, startInstance, until } from '../../test/real-fleet.ts';

test('a drain under load loses no request: every one that was let in is answered, and then no more are let in', async (t) => {
  const a = await startInstance(t, 'a', (_request, response) => void setTimeout(() => response.end('ok'), 5));
  // Clients here ask again at once, so this bound is met by a machine however slow.
  const server = await proxyTo(t, [a], {}, {}, { lastCallMs: 5000 });
  const lost: string[] = [];
  let answered = 0;
  let isDraining = false;
  const client = async (): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (;;) {
      try {
        const got = await ask(server.url!, { agent });
        if (got.status !== 200) lost.push(String(got.status));
        answered++;
        if (got.headers.connection === 'close') break;
      } catch (error) {
        lost.push(String((error as NodeJS.ErrnoException).code));
        break;
      }
    }
    assert.ok(isDraining, 'no connection was closed before the drain');
    agent.destroy();
  };
  const clients = Array.from({ length: 20 }, client);
  await until(() => answered > 200, 'load');
  isDraining = true;
  await Promise.all([server.close(), ...clients]);
  assert.deepEqual(lost, []);
  await assert.rejects(ask(server.url!), { code: 'ECONNREFUSED' });
});

test('a long answer is finished, connections without a request are closed', async (t) => {
  let finish = (): void => {};
  const a = await startInstance(t, 'a', (_request, response) => {
    response.write('first ');
    finish = () => response.end('last');
  });
  const server = await proxyTo(t, [a]);
  const unused = connect(portOf(server), '127.0.0.1');
  const unusedClosed = new Promise((resolve) => unused.resume().once('close', resolve));
  let isClosed = false;
  const got = ask(server.url!);
  await until(() => finish.length === 0 && finish.toString().includes('last'), 'the request reaching the instance');
  const closed = server.close().then(() => (isClosed = true));
  await unusedClosed;
  assert.equal(isClosed, false);
  finish();
  assert.equal((await got).body.toString(), 'first last');
  await closed;
});

test('what does not end in time is cut, and the drain ends', async (t) => {
  const a = await startInstance(t, 'a', (_request, response) => void response.write('for ever'));
  const server = await proxyTo(t, [a]);
  const got = assert.rejects(ask(server.url!), { code: 'ECONNRESET' });
  await until(() => a.connections() > 0, 'the request');
  await server.close({ drainTimeoutMs: 100 });
  await got;
});

test('closing twice waits for the same end', async (t) => {
  const a = await startInstance(t, 'a', (_request, response) => response.end());
  const server = await proxyTo(t, [a]);
  await Promise.all([server.close(), server.close()]);
  await server.close();
});
