// The leaves and branches of the schema.
//
// zod joins the tree, reports all faults at once and writes the JSON Schema; what a single value may be is said by a
// *reader*, so that a knob is judged by the engine's own `readKnob` and the sentences are ours. A leaf that zod judged by
// itself would need the ranges a second time. Each leaf carries its JSON Schema beside it.

import { describe, expectation, readKnob } from 'hale/engine';
import type { Fault, Knob, KnobValue } from 'hale/engine';
import { z } from 'zod';
import { BOUNDS } from './defaults.ts';
import { suggest } from './suggest.ts';

/** A JSON Schema, as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What a reader found: the value, or what was wanted (and a better rendering of what came). */
export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly expected: string; readonly received?: string };

export const accept = <T>(value: T): Reading<T> => ({ ok: true, value });
export const reject = (expected: string, received?: string): Reading<never> => ({
  ok: false,
  expected,
  ...(received === undefined ? {} : { received }),
});

/** A value that `read` judges. `Out` is what the configuration holds. */
export function leaf<Out>(read: (value: unknown) => Reading<Out>, json: JsonSchema): z.ZodType<Out> {
  const schema = z.unknown().transform((value, context): Out => {
    const reading = read(value);
    if (reading.ok) return reading.value;
    const { expected, received } = reading;
    context.addIssue({ code: 'custom', params: { expected, received } });
    return z.NEVER;
  });
  return schema.meta(json as z.GlobalMeta);
}

/** Text that `read` judges; `expected` says what it must look like. */
export function text<Out = string>(
  expected: string,
  read: (text: string) => Out | undefined,
  json: JsonSchema,
): z.ZodType<Out> {
  return leaf(
    (value) => {
      const result = typeof value === 'string' && value.length <= BOUNDS.text ? read(value) : undefined;
      if (result !== undefined) return accept(result);
      // YAML takes an id of 7 for a number.
      const needsQuotes =
        (typeof value === 'number' || typeof value === 'boolean') && read(String(value)) !== undefined;
      return reject(expected, needsQuotes ? `${describe(value)} (quote it)` : undefined);
    },
    { type: 'string', ...json },
  );
}

/** One of a few words. */
export function choice<const Word extends string>(words: readonly Word[], json: JsonSchema): z.ZodType<Word> {
  const expected = words.length > 3 ? `one of ${words.join(', ')}` : words.join(' or ');
  return leaf(
    (value) => {
      if (words.includes(value as Word)) return accept(value as Word);
      const near = typeof value === 'string' ? suggest(value, words) : undefined;
      return reject(near === undefined ? expected : `${expected} (did you mean ${near}?)`);
    },
    { ...orReference({ enum: words }), ...json },
  );
}

/** A key that may be left out. */
export function withDefault<Out>(schema: z.ZodType<Out>, fallback: Out): z.ZodType<Out> {
  return schema.optional().transform((value): Out => (value === undefined ? fallback : value));
}

/** A knob: what comes out is what was written, because the engine reads it again. */
export function knobAsWritten(knob: Knob, json?: JsonSchema): z.ZodType<KnobValue> {
  return leaf(
    (value) => {
      const reading = readKnobInFile(knob, value);
      return reading.ok ? accept(value as KnobValue) : reading;
    },
    { ...knobJson(knob), ...json },
  );
}

/** A duration of the server's own, in milliseconds. */
export function duration(knob: Knob): z.ZodType<number> {
  return leaf((value) => readKnobInFile(knob, value) as Reading<number>, knobJson(knob));
}

// As the library, but that a file's durations need their unit (0 has none to need): whoever writes 300 means seconds
// as often as milliseconds.
function readKnobInFile(knob: Knob, value: unknown): Reading<KnobValue> {
  if (knob.kind === 'duration' && typeof value === 'number' && value !== 0) {
    const hint = Number.isFinite(value) && value > 0 ? ` (write '${value}s' or '${value}ms')` : '';
    return reject(expectation(knob), `${describe(value)}${hint}`);
  }
  const faults: Fault[] = [];
  const result = readKnob(knob, value, faults);
  return result === undefined ? reject(expectation(knob)) : accept(result);
}

function knobJson(knob: Knob): JsonSchema {
  const { defaults, doc, low, high } = knob;
  const shown =
    typeof defaults === 'object'
      ? Object.entries(defaults)
          .map(([preset, value]) => `${show(knob, value)} (${preset})`)
          .join(', ')
      : show(knob, defaults);
  return { ...orReference(rangeJson(knob)), description: `${doc} Low: ${low}. High: ${high}. Default: ${shown}.` };
}

function rangeJson(knob: Knob): JsonSchema {
  const { kind, min, max, open, choices } = knob;
  if (kind === 'boolean') return { type: 'boolean' };
  if (kind === 'choice') return { enum: choices };
  if (kind === 'duration') return { type: 'string', pattern: '^\\d{1,16}(\\.\\d{1,4})?(ms|s|m|h|d)$' };
  return {
    type: kind === 'count' ? 'integer' : 'number',
    ...(open ? { exclusiveMinimum: min, exclusiveMaximum: max } : { minimum: min, maximum: max }),
  };
}

function show(knob: Knob, value: KnobValue): string {
  if (knob.kind !== 'duration' || typeof value !== 'number') return String(value);
  const [unit, size] = (
    [
      ['d', 86_400_000],
      ['h', 3_600_000],
      ['m', 60_000],
      ['s', 1000],
    ] as const
  ).find(([, size]) => value >= size && value % size === 0) ?? ['ms', 1];
  return value === 0 ? '0' : `${value / size}${unit}`;
}

/** Whatever is not text may still be written as a reference to the environment. */
export function orReference(json: JsonSchema): JsonSchema {
  return { anyOf: [json, { $ref: '#/$defs/reference' }] };
}

/** A mapping whose keys are all known. Faults about other keys list what is known: see `findingsOf`. */
export function mapping<Shape extends z.core.$ZodShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  return z.strictObject(shape, {
    // The message is the one place where a schema can hand on what it knows.
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? Object.keys(shape)
            .filter((key) => !key.startsWith('$'))
            .join(' ')
        : undefined,
  });
}
