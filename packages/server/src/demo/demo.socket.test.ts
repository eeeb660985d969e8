import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { DemoReport } from './index.ts';
import { runDemo } from './index.ts';
import type { DemoIo } from './terminal.ts';

function ioOf(change: Partial<DemoIo> = {}): { io: DemoIo; written: string[] } {
  const written: string[] = [];
  const io = {
    write: (text: string) => written.push(text),
    isTTY: false,
    columns: 80,
    rows: 24,
    signal: new AbortController().signal,
    ...change,
  };
  return { io, written };
}

describe('hale demo', () => {
  it('runs five seconds of real faults, loses no good request and says so in one JSON object', async () => {
    const { io, written } = ioOf();
    const code = await runDemo({ seconds: 5, json: true, seed: 1, rate: 150, color: false }, io);
    assert.equal(written.length, 1);
    const report = JSON.parse(written[0]) as DemoReport;
    assert.deepEqual(
      report.policies.map(({ name }) => name),
      ['hale', 'round robin', 'naive rule'],
    );
    const [hale, ...others] = report.policies;
    assert.equal(hale.lost, 0, JSON.stringify(report));
    assert.deepEqual([report.ok, code], [true, 0]);
    // Five seconds at 50/s are 250, give or take what chance does (four standard deviations: 63).
    assert.ok(Math.abs(hale.requests + hale.poison - 250) < 63);
    for (const other of others) {
      assert.deepEqual([other.requests, other.poison], [hale.requests, hale.poison], 'the same arrivals for all');
    }
    for (const { p50Ms, p99Ms } of report.policies) assert.ok(p50Ms! > 0 && p99Ms! >= p50Ms!);
    // A crash at two seconds and no retry: the naive rule learns by losing.
    assert.ok(report.policies[2].lost > 0);
  });

  it('ends early when told to, with its summary, and gives the terminal back', async () => {
    const controller = new AbortController();
    const { io, written } = ioOf({ isTTY: true, signal: controller.signal });
    const frames = setInterval(() => {
      if (written.some((text) => text.includes('round robin'))) controller.abort();
    }, 20);
    try {
      assert.equal(await runDemo({ seconds: 3600, json: false, seed: 2, rate: 30, color: true }, io), 0);
    } finally {
      clearInterval(frames);
    }
    assert.equal(written[0], '\x1b[?1049h\x1b[?25l');
    const restored = written.indexOf('\x1b[?25h\x1b[?1049l');
    assert.ok(restored > 0);
    assert.match(written[restored + 1], /requests +lost/);
    assert.equal(written.length, restored + 2);
  });

  it('writes no escape when its output is no terminal', async () => {
    const { io, written } = ioOf();
    await runDemo({ seconds: 1, json: false, seed: 3, rate: 30, color: true }, io);
    assert.ok(!written.join('').includes('\x1b'));
    assert.match(written[0], /^hale demo: 1 s/);
  });

  it('refuses numbers out of range before it opens anything', async () => {
    const { io, written } = ioOf();
    const options = { json: false, seed: 1, rate: 300, color: false };
    for (const seconds of [0, -1, NaN, Infinity, 3601])
      await assert.rejects(runDemo({ ...options, seconds }, io), RangeError);
    for (const rate of [0, 2, NaN, 3001]) await assert.rejects(runDemo({ ...options, rate }, io), RangeError);
    for (const seed of [-1, 0.5, NaN]) await assert.rejects(runDemo({ ...options, seed }, io), RangeError);
    assert.deepEqual(written, []);
  });
});
