// For mutation runs: one failure is enough to know that a mutant was noticed, so the process ends with it. The remaining
// tests, and the search for a smallest counterexample in them, would only cost time, hundreds of times over.

import type { TestEvent } from 'node:test/reporters';

export default async function* stopAtFailure(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const { type, data } of events) {
    if (type !== 'test:fail') continue;
    console.log(`failed: ${data.file}: ${data.name}`);
    process.exit(1);
  }
  yield 'all passed\n';
}
