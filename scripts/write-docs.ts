// `npm run docs`: brings the generated tables of docs/ up to date.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './run-tests.ts';
import { PAGES, renderPage } from './tables.ts';

for (const page of PAGES) writeFileSync(join(ROOT, page), renderPage(page));
console.log(`wrote the tables of ${PAGES.join(', ')}`);
