// Writes packages/server/hale.schema.json. Run it after a change of the schema or of the knobs:
//   node --conditions=hale-source packages/server/src/config/write-json-schema.ts

import { writeFileSync } from 'node:fs';
import { jsonSchemaText } from './json-schema.ts';

writeFileSync(new URL('../../hale.schema.json', import.meta.url), jsonSchemaText());
