// Tables that are written from the source must be current; `npm run docs` makes them so.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../scripts/run-tests.ts';
import { PAGES, renderPage } from '../scripts/tables.ts';

for (const page of PAGES) {
  test(`the tables of ${page} say what the source says`, () => {
    assert.equal(readFileSync(join(ROOT, page), 'utf8'), renderPage(page));
  });
}
