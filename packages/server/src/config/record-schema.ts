// `record`: where outcomes are written. The path of a file, or a mapping with it, for whoever wants other sizes.
//
// Not a union of zod's, whose faults only say that no form fits: what is no text is judged as the mapping, so that each
// fault has its own key. The ranges are those of `hale/record`.

import { describe, expectation, readKnob } from 'hale/engine';
import { RECORD_KNOBS, isFilePath } from 'hale/record';
import { z } from 'zod';
import type { RecordConfig } from './config.ts';
import type { JsonSchema, Reading } from './leaf.ts';
import { accept, leaf, mapping, orReference, reject, withDefault } from './leaf.ts';

const FILE_EXPECTED = "the path of a file such as 'outcomes.jsonl'";
const FILE_JSON: JsonSchema = {
  type: 'string',
  minLength: 1,
  description: 'A file for outcomes, as JSON lines; a relative path is taken from the working directory.',
};
const { maxBytes, maxFiles } = RECORD_KNOBS;

const UNITS: Readonly<Record<string, number>> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9 };
const SIZE_EXPECTED = `a size from ${maxBytes.min}B to ${maxBytes.max / 1e9}GB such as '${(maxBytes.defaults as number) / 1e6}MB'`;

const MAPPING = mapping({
  file: leaf((value) => (isFilePath(value) ? accept(value) : reject(FILE_EXPECTED)), FILE_JSON),
  maxSize: withDefault(leaf(readSize, {}), maxBytes.defaults as number),
  maxFiles: withDefault(leaf(readCount, {}), maxFiles.defaults as number),
});

/** Judged and completed. */
export const RECORD_SCHEMA: z.ZodType<RecordConfig> = z
  .unknown()
  .transform((value, context): RecordConfig => {
    const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (!isMapping && !isFilePath(value)) {
      context.addIssue({ code: 'custom', params: { expected: `${FILE_EXPECTED}, or a mapping with it as file` } });
      return z.NEVER;
    }
    const result = MAPPING.safeParse(isMapping ? value : { file: value });
    if (result.success)
      return { file: result.data.file, maxBytes: result.data.maxSize, maxFiles: result.data.maxFiles };
    for (const issue of result.error.issues) context.addIssue({ ...issue, input: value } as Issue);
    return z.NEVER;
  })
  .meta({
    description: 'Writes every outcome to a file, for the simulator. Default: none.',
    anyOf: [
      FILE_JSON,
      {
        type: 'object',
        properties: {
          file: FILE_JSON,
          maxSize: {
            type: 'string',
            pattern: '^\\d{1,13}(\\.\\d{1,3})?(B|kB|MB|GB)$|\\$\\{',
            description: `${maxBytes.doc} Low: ${maxBytes.low}. High: ${maxBytes.high}. Default: 64MB.`,
          },
          maxFiles: {
            ...orReference({ type: 'integer', minimum: maxFiles.min, maximum: maxFiles.max }),
            description: `${maxFiles.doc} Low: ${maxFiles.low}. High: ${maxFiles.high}. Default: ${String(maxFiles.defaults)}.`,
          },
        },
        required: ['file'],
        additionalProperties: false,
      },
    ],
  } as z.GlobalMeta);

type Issue = Exclude<Parameters<z.core.$RefinementCtx['addIssue']>[0], string>;

// A thousand and not 1024, as disks count; and with its unit, as durations here.
function readSize(value: unknown): Reading<number> {
  const [, number, unit] = (typeof value === 'string' && /^(\d{1,13}(?:\.\d{1,3})?)(B|kB|MB|GB)$/.exec(value)) || [];
  const bytes = number === undefined || unit === undefined ? NaN : Math.round(Number(number) * UNITS[unit]!);
  if (bytes >= maxBytes.min && bytes <= maxBytes.max) return accept(bytes);
  const isBare = typeof value === 'number' && value > 0 && Number.isInteger(value);
  return reject(SIZE_EXPECTED, isBare ? `${describe(value)} (write '${value}MB' or '${value}B')` : undefined);
}

function readCount(value: unknown): Reading<number> {
  const count = readKnob(maxFiles, value, []);
  return count === undefined ? reject(expectation(maxFiles)) : accept(count as number);
}
