// Three providers of a language model behind one call. The preferred one limits its rate: it answers 429 with Retry-After,
// is left alone for that long, and the next one is asked meanwhile. A prompt that nobody can answer is held against nobody.
//
//   npx node examples/providers.ts

import { HealthAwareLoadBalancer } from 'hale';
import type { Outcome } from 'hale';
import { startInstance } from './instance.ts';
import type { Handler } from './instance.ts';

const answers: Handler = (_request, response) => setTimeout(() => response.end('42'), 5);
const cheap = await startInstance('cheap', answers);
const steady = await startInstance('steady', answers);
const dear = await startInstance('dear', answers);

// A tier keeps the requests as long as it is fit; the next one is asked when it is not.
const balancer = new HealthAwareLoadBalancer({ preset: 'providers' });
const models = balancer.service('models', { retries: { max: 2, budget: 1 } });
models.update([
  { id: 'cheap', url: cheap.url, priority: 0 },
  { id: 'steady', url: steady.url, priority: 1 },
  { id: 'dear', url: dear.url, priority: 2 },
]);
balancer.onFact((fact) => {
  if (fact.type === 'paused') console.log(`  ${fact.instance} asked for a rest`);
});

/** What a provider's client throws: the answer that it got. */
class ProviderError extends Error {
  readonly response: Response;
  constructor(response: Response) {
    super(`the provider answered ${response.status}`);
    this.response = response;
  }
}

/** Whose fault is it? A 429 asks for a pause, a 5xx is the provider's failure, any other 4xx is the prompt's own fault. */
function classify(error: unknown): Outcome {
  if (!(error instanceof ProviderError)) return models.classifier.error(error);
  const { status, headers } = error.response;
  return models.classifier.answer(status, (name) => headers.get(name) ?? undefined, Date.now());
}

function complete(prompt: string): Promise<string> {
  return models.run(
    async (provider, { signal }) => {
      const response = await fetch(provider.url!, { method: 'POST', body: prompt, signal });
      if (!response.ok) throw new ProviderError(response);
      return response.text();
    },
    { idempotent: true, classify, signal: AbortSignal.timeout(5000) },
  );
}

let answered = 0;
async function askMany(what: string, prompts: number): Promise<void> {
  const fleet = [cheap, steady, dear];
  const before = fleet.map(({ asked }) => asked);
  for (let i = 0; i < prompts; i++) if ((await complete('What is six times seven?')) === '42') answered++;
  console.log(`${what}: asked ${fleet.map(({ id, asked }, i) => `${id} ${asked - before[i]!}`).join(', ')}`);
}

await askMany('all answer', 40);

cheap.handler = (_request, response) => response.writeHead(429, { 'retry-after': '1' }).end();
await askMany('cheap has no quota left', 40);

steady.handler = (_request, response) => response.writeHead(500).end();
await askMany('and steady fails', 40);

cheap.handler = answers;
steady.handler = answers;
await new Promise((resolve) => setTimeout(resolve, 1200));
await askMany('after the rest', 40);

const refuse: Handler = (_request, response) => response.writeHead(400).end();
for (const provider of [cheap, steady, dear]) provider.handler = refuse;
await complete('').catch((error: Error) => console.log(`an empty prompt: ${error.message}; asked once, nobody blamed`));

await balancer.close();
for (const provider of [cheap, steady, dear]) provider.stop();
console.log(`${answered} of 160 prompts answered`);
