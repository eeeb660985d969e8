// selectInstance in a loop: three real servers, one of which fails for a while.
//
//   npx node examples/library.ts

import { HealthAwareLoadBalancer } from 'hale';
import { answerWith, startInstance } from './instance.ts';

const fleet = [await startInstance('a'), await startInstance('b'), await startInstance('c')];
const [, b] = fleet;

const balancer = new HealthAwareLoadBalancer({
  strategy: 'weighted-round-robin', // the plainest one, so that what health does is easy to see
  recoveryWindow: '300ms', // minutes in real life
  slowStart: 0,
});
balancer.onFact((fact) => console.log(`  ${fact.type}${'instance' in fact ? ` ${fact.instance}` : ''}`));

/** One request, asked of whoever is healthy, told as it went. */
async function ask(): Promise<boolean> {
  const instance = await balancer.selectInstance('users', fleet);
  if (!instance) return false;
  const began = performance.now();
  try {
    const response = await fetch(instance.url!);
    await response.arrayBuffer();
    const latencyMs = performance.now() - began;
    if (response.ok) balancer.recordSuccess('users', instance.id, { latencyMs });
    else balancer.recordError('users', instance.id, { cause: 'server-error', latencyMs });
    return response.ok;
  } catch {
    balancer.recordError('users', instance.id, { cause: 'connect' });
    return false;
  }
}

async function askMany(what: string, times: number): Promise<void> {
  console.log(`${what}:`);
  const before = fleet.map(({ asked }) => asked);
  let lost = 0;
  for (let i = 0; i < times; i++) if (!(await ask())) lost++;
  const shares = fleet.map(({ id, asked }, i) => `${id} ${asked - before[i]!}`).join(', ');
  console.log(`  ${times} requests, ${lost} lost; asked: ${shares}`);
}

await askMany('all are well', 90);

b!.handler = answerWith('broken', 500);
await askMany('b fails', 90);
console.log(`  ${balancer.service('users').explain('b')[0]}`);

b!.handler = answerWith('b');
await new Promise((resolve) => setTimeout(resolve, 500)); // longer than the recovery window
await askMany('b is mended', 90);

const { circuit } = balancer
  .service('users')
  .inspect()
  .instances.find(({ id }) => id === 'b')!;
console.log(`the circuit of b is ${circuit}`);
await balancer.close();
for (const instance of fleet) instance.stop();
