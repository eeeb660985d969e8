// `health.classify`: the file's own rules of what counts as a failure.
//
// The rules are the library's (`ClassifyRule`), and so is their judge: what `compileClassify` refuses is refused here, in
// its words, at the line of the value. A schema of zod's would be a second opinion on the same rules. Only a slip of the
// pen is added: an unknown key or word gets the nearest known one as a hint.

import { FAILURE_CAUSES, compileClassify } from 'hale/engine';
import type { ClassifyRule, Fault } from 'hale/engine';
import { z } from 'zod';
import type { Path } from './fault.ts';
import { valueAt } from './fault.ts';
import type { JsonSchema } from './leaf.ts';
import { orReference } from './leaf.ts';
import { suggest } from './suggest.ts';

const RULE_KEYS: readonly string[] = ['status', 'cause', 'header', 'as'];
const VERDICTS: readonly string[] = ['success', 'ignored', ...FAILURE_CAUSES.filter((cause) => cause !== 'check')];
const WORDS: Readonly<Record<string, readonly string[]>> = { cause: FAILURE_CAUSES, as: VERDICTS };

const STATUS: JsonSchema = {
  type: ['string', 'integer'],
  pattern: '^[1-5]\\d\\d(-[1-5]\\d\\d)?$|\\$\\{',
  minimum: 100,
  maximum: 599,
};

const RULES_JSON: JsonSchema = {
  type: 'array',
  maxItems: 100,
  description:
    'What counts as a failure: the first rule whose conditions all hold decides; the rest is judged as always.',
  items: {
    type: 'object',
    properties: {
      status: {
        anyOf: [STATUS, { type: 'array', items: STATUS, minItems: 1, maxItems: 100 }],
        description: "A status of the answer, a range such as '500-599', or a list of these.",
      },
      cause: {
        ...orReference({ enum: FAILURE_CAUSES }),
        description: 'What the result would be judged as without rules.',
      },
      header: {
        type: 'object',
        properties: {
          name: { type: 'string', minLength: 1, maxLength: 256 },
          matches: {
            type: 'string',
            minLength: 1,
            maxLength: 1000,
            description: "What its value must be, in any case; '*' stands for any text.",
          },
        },
        required: ['name', 'matches'],
        additionalProperties: false,
        description: 'A header of the answer.',
      },
      as: { ...orReference({ enum: VERDICTS }), description: 'What the result is then.' },
    },
    required: ['as'],
    anyOf: ['status', 'cause', 'header'].map((key) => ({ required: [key] })),
    additionalProperties: false,
  },
};

/** The rules as they were written; the engine compiles them again where they are used. */
export const CLASSIFY_SCHEMA: z.ZodType<readonly ClassifyRule[]> = z
  .unknown()
  .transform((rules, context): readonly ClassifyRule[] => {
    const faults: Fault[] = [];
    compileClassify(rules, faults, '');
    for (const fault of faults) context.addIssue(issueOf(fault, rules));
    // A copy, for the tree is the caller's.
    return faults.length > 0 ? z.NEVER : structuredClone(rules as readonly ClassifyRule[]);
  })
  .meta(RULES_JSON as z.GlobalMeta);

type Issue = Exclude<Parameters<z.core.$RefinementCtx['addIssue']>[0], string>;

function issueOf(fault: Fault, rules: unknown): Issue {
  const path = pathOf(fault.path);
  const [index, key] = path;
  if (typeof key === 'string' && !RULE_KEYS.includes(key))
    return { code: 'unrecognized_keys', keys: [key], path: [index!], message: RULE_KEYS.join(' ') };
  const value = valueAt(rules, path);
  const near = typeof value === 'string' && typeof key === 'string' ? suggest(value, WORDS[key] ?? []) : undefined;
  const expected = near === undefined ? fault.expected : `${fault.expected} (did you mean ${near}?)`;
  return { code: 'custom', path: [...path], params: { expected } };
}

// `[2].header` -> [2, 'header']. Whatever stands behind the dot is one key, however odd: faults go no deeper.
function pathOf(text: string): Path {
  const match = /^\[(\d+)\](?:\.([\s\S]*))?$/.exec(text);
  if (!match) return [];
  return match[2] === undefined ? [Number(match[1])] : [Number(match[1]), match[2]];
}
