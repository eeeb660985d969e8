// hale.schema.json: what editors complete and check a file with. It is committed; a test holds it against this.

import { z } from 'zod';
import { CONFIG_SCHEMA } from './schema.ts';

/** The JSON Schema of the file, as text. Looser than hale itself: it knows no rule between keys. */
export function jsonSchemaText(): string {
  const { $schema, ...rest } = z.toJSONSchema(CONFIG_SCHEMA, {
    io: 'input',
    unrepresentable: 'any',
    // zod takes a transformed schema's default for one of the output; ours are written as the file has them.
    override: ({ zodSchema, jsonSchema }) => {
      const meta = (zodSchema as unknown as z.ZodType).meta();
      if (meta?.['default'] !== undefined) jsonSchema.default = meta['default'] as never;
    },
  }) as Record<string, unknown>;
  const schema = {
    $schema,
    title: 'hale.yaml',
    description: 'Configuration of the hale proxy.',
    ...rest,
    $defs: {
      reference: {
        type: 'string',
        pattern: '\\$\\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\\}',
        description: 'A reference to the environment.',
      },
    },
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
