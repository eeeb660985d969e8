import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRepeatable } from './index.ts';

test('answers that blame the instance are worth another one; those that blame the request, or the service, are not', () => {
  const repeated = Array.from({ length: 700 }, (_, status) => status).filter(isRepeatable);
  assert.deepEqual(repeated.slice(0, 6), [500, 502, 503, 504, 506, 507]);
  assert.equal(repeated.at(-1), 599);
  for (const status of [200, 304, 400, 404, 429, 501, 505, NaN])
    assert.equal(isRepeatable(status), false, String(status));
});
