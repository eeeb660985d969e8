// What an operator reads: warnings for what wants looking at, and no line for each request.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { ask, startInstance, until } from '../../test/real-fleet.ts';
import { serve } from '../index.ts';

interface Line {
  readonly level: number;
  readonly msg: string;
  readonly code?: string;
  readonly count?: number;
}

const WARN = 40;

test('a trip, a panic and answers of its own are warnings; the latter once a second, with their number', async (t) => {
  const lines: Line[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line) as Line) });
  const gone = await startInstance(t, 'gone', () => {});
  await gone.kill();
  const server = await serve(
    {
      listen: '127.0.0.1:0',
      services: { s: { instances: [{ id: 'gone', url: gone.url }], health: { minHealthyInstances: 1 } } },
    },
    { log },
  );
  t.after(() => server.close({ drainTimeoutMs: 0 }));
  await server.override('s', 'gone', { circuit: 'open' });
  const asked = 30;
  for (let i = 0; i < asked; i++) assert.ok((await ask(server.url!)).status >= 502);
  const refusals = (): Line[] => lines.filter(({ code }) => code !== undefined);
  const told = (): number => refusals().reduce((sum, { count }) => sum + (count ?? 0), 0);
  await until(() => told() === asked, 'a count of all answers');
  assert.ok(refusals().length <= 6, `${refusals().length} lines for ${asked} answers`);
  assert.ok(refusals().every(({ level }) => level === WARN));
  for (const { level, msg } of lines) if (msg === 'tripped' || msg === 'panicked') assert.equal(level, WARN, msg);
});
