// The same proxy within a program: `serve` takes what the file says as an object.
//
//   npx node examples/proxy/in-program.ts

import { serve } from '@hale/server';
import { answerWith, many, startInstance } from '../instance.ts';

const [a, b, c] = [await startInstance('a'), await startInstance('b'), await startInstance('c')];

const server = await serve({
  listen: '127.0.0.1:0',
  exposeInstance: true,
  services: {
    api: {
      instances: [a, b, c].map(({ id, url }) => ({ id, url })),
      health: { classify: [{ status: 404, as: 'server-error' }] }, // every instance has every page, or it is broken
      retries: { max: 1 },
    },
  },
});
server.onFact((fact) => console.log(`  ${fact.type}${'instance' in fact ? ` ${fact.instance}` : ''}`));
console.log(`hale listens on ${server.url}`);

async function askMany(what: string, times: number): Promise<void> {
  const by = new Map<string, number>();
  await many(times, async () => {
    const response = await fetch(server.url!);
    await response.arrayBuffer();
    const answer = `${response.headers.get('x-hale-instance')} ${response.status}`;
    by.set(answer, (by.get(answer) ?? 0) + 1);
  });
  console.log(
    `${what}: ${[...by]
      .map(([answer, count]) => `${answer} x ${count}`)
      .sort()
      .join(', ')}`,
  );
}

await askMany('all are well', 60);
b.handler = answerWith('lost its pages', 404);
await askMany('b lost its pages', 60);

// The operator's word, and the membership: what was learned of those that stay is kept.
await server.override('api', 'c', { mode: 'drain' });
await askMany('c drains', 60);
console.log((await server.explain('api', 'c'))[0]);
await server.update('api', [a, b]);
console.log(`instances: ${(await server.inspect())[0]!.instances.map(({ id }) => id).join(', ')}`);

await server.close();
for (const instance of [a, b, c]) instance.stop();
console.log('closed');
