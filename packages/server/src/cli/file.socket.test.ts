// What a file says, from its text through a running proxy to what is believed of an instance.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { ask, startInstance, until } from '../../test/real-fleet.ts';
import { serve } from '../app/index.ts';
import type { Server } from '../app/index.ts';
import { loadConfig } from '../config/index.ts';

async function serveFile(t: TestContext, text: string, env: Record<string, string>): Promise<Server> {
  const { config, faults } = loadConfig(text, { file: 'hale.yaml', env });
  assert.deepEqual(faults, []);
  const server = await serve(config!);
  t.after(() => server.close({ drainTimeoutMs: 0 }));
  return server;
}

/** Before an instance that gives the same answer to all, and one that is sound. */
async function proxyTo(t: TestContext, rules: string, status: number, fields: Record<string, string>): Promise<Server> {
  const a = await startInstance(t, 'a', (_request, response) => response.writeHead(status, fields).end());
  const b = await startInstance(t, 'b', (_request, response) => response.end());
  const text = `
listen: 127.0.0.1:0
services:
  api:
    instances: [{ id: a, url: '\${A}' }, { id: b, url: '\${B}' }]
    strategy: weighted-round-robin # which asks a failing instance as often as any other
    health: { classify: ${rules} }
`;
  return serveFile(t, text, { A: a.url, B: b.url });
}

/** What is believed of the instance after 100 requests that may not be sent again, so that each gets an instance's own answer. */
async function beliefAfter(server: Server, status: number): Promise<{ circuit: string; score: number }> {
  const seen = new Set<number>();
  for (let i = 0; i < 100; i++) seen.add((await ask(server.url!, { method: 'POST' })).status);
  assert.deepEqual(seen, new Set([200, status]));
  const instance = (await server.inspect())[0]?.instances.find(({ id }) => id === 'a');
  return { circuit: instance!.circuit, score: instance!.score };
}

test('a 404 is no failure, until a rule says so', async (t) => {
  const before = await beliefAfter(await proxyTo(t, '[]', 404, {}), 404);
  assert.deepEqual(before, { circuit: 'closed', score: 1 });
  const after = await beliefAfter(await proxyTo(t, '[{ status: 404, as: server-error }]', 404, {}), 404);
  assert.equal(after.circuit, 'open');
  assert.ok(after.score < 0.5, `${after.score}`);
});

test('a 500 that a rule ignores says nothing of the instance, and one that it does not speak of counts', async (t) => {
  const rules = "[{ status: 500-599, header: { name: X-Fault, matches: 'client*' }, as: ignored }]";
  const ignored = await beliefAfter(await proxyTo(t, rules, 500, { 'x-fault': 'Client sent nonsense' }), 500);
  assert.deepEqual(ignored, { circuit: 'closed', score: 1 });
  const counted = await beliefAfter(await proxyTo(t, rules, 500, {}), 500);
  assert.equal(counted.circuit, 'open');
});

test('a check asks the port that the file names', async (t) => {
  const asked: string[] = [];
  const door = await startInstance(t, 'door', (_request, response) => response.end(`${asked.push('door')}`));
  const health = await startInstance(t, 'health', (request, response) => response.end(`${asked.push(request.url!)}`));
  await serveFile(
    t,
    `
listen: 127.0.0.1:0
services:
  api:
    instances: [{ id: a, url: '\${URL}' }]
    health: { checkInterval: 20ms, check: { path: /health, port: \${PORT} } }
`,
    { URL: door.url, PORT: String(health.port) },
  );
  await until(() => asked.length >= 2, 'two checks');
  assert.deepEqual(new Set(asked), new Set(['/health']));
});
