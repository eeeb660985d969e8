// Our rendering of opossum beside opossum itself: one trace of requests and endings, the clock of both moved by hand, and
// after each step both must say the same.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, mock, test } from 'node:test';
import { seededRandom } from '../../core/kernel/index.ts';
import { RollingBreaker } from './rolling-breaker.ts';

/** What is used of opossum, which brings no types. */
interface Opossum {
  readonly opened: boolean;
  readonly halfOpen: boolean;
  readonly closed: boolean;
  readonly pendingClose: boolean;
  fire(): Promise<unknown>;
  shutdown(): void;
}
const Opossum = createRequire(import.meta.url)('opossum') as new (
  action: () => Promise<unknown>,
  options: object,
) => Opossum;

const STEPS = 3000;

describe('our opossum', () => {
  for (const seed of [1, 2, 3])
    test(`decides as opossum does over ${STEPS} steps (seed ${seed})`, async () => {
      mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'] });
      const underWay: Call[] = [];
      const theirs = new Opossum(
        () => new Promise((resolve, reject) => void underWay.push({ resolve, reject })),
        // Callers have a time-out of their own.
        { timeout: false },
      );
      try {
        const seen = await play(theirs, underWay, seededRandom(seed));
        // The trace has been everywhere, or it proves nothing.
        assert.ok(seen.open > 3 && seen['half-open'] > 3 && seen.trials > 3 && seen.closed > 3, JSON.stringify(seen));
      } finally {
        theirs.shutdown();
        mock.timers.reset();
      }
    });
});

interface Call {
  resolve(value?: unknown): void;
  reject(error: Error): void;
}

async function play(theirs: Opossum, underWay: Call[], random: () => number): Promise<Record<string, number>> {
  const ours = new RollingBreaker(0);
  const seen: Record<string, number> = { open: 0, 'half-open': 0, closed: 0, trials: 0 };
  let now = 0;
  let was = 'closed';
  for (let step = 0; step < STEPS; step++) {
    // Spells of health and of trouble, and now and then a long silence.
    const failing = Math.floor(step / 60) % 3 === 1 ? 0.9 : 0.2;
    const byMs = random() < 0.02 ? 12_000 : Math.floor(random() * 700);
    now += byMs;
    mock.timers.tick(byMs);

    const admits = theirs.closed || theirs.pendingClose;
    assert.equal(ours.admits(now), admits, `admits at step ${step}`);
    if (admits && random() < 0.7) {
      if (theirs.halfOpen) seen.trials++;
      ours.sent(now);
      theirs.fire().catch(() => {});
    }
    // Endings overlap and come in any order, from before a trip as well.
    if (underWay.length > 0 && random() < 0.7) {
      const [call] = underWay.splice(Math.floor(random() * underWay.length), 1);
      if (random() < failing) {
        ours.failed(now);
        call.reject(new Error('as the trace has it'));
      } else {
        ours.succeeded(now);
        call.resolve();
      }
      await settled();
    }

    const circuit = theirs.closed ? 'closed' : theirs.halfOpen ? 'half-open' : 'open';
    assert.equal(theirs.opened, circuit === 'open');
    assert.equal(ours.circuit(now), circuit, `circuit after step ${step}`);
    if (circuit !== was) seen[circuit]++;
    was = circuit;
  }
  return seen;
}

/** Promises run their course; setImmediate is not mocked. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
