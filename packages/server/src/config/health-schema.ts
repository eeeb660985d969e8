// The knobs of one service, as the file has them: `health` holds most, `health.check`, `health.rules`, `retries` and
// `limits` the dotted ones. All are made from the engine's table, so none is written down twice.

import type { ClassifyRule, Knob, KnobValue } from 'hale/engine';
import { KNOBS, PRESETS } from 'hale/engine';
import type { z } from 'zod';
import { CHECK_SHAPE, completeCheck } from './check-schema.ts';
import type { WrittenCheck } from './check-schema.ts';
import { CLASSIFY_SCHEMA } from './classify-schema.ts';
import type { CheckConfig } from './config.ts';
import { DEFAULT_PRESET } from './defaults.ts';
import { choice, knobAsWritten, mapping } from './leaf.ts';

/** What a file says of some knobs, as it says it; the engine reads durations by itself. */
export type WrittenKnobs = Readonly<Record<string, KnobValue>>;

export interface WrittenHealth {
  /** In the shape of the library's options, `check`, `rules` and `classify` included. */
  readonly options: Readonly<Record<string, KnobValue | WrittenKnobs | readonly ClassifyRule[]>>;
  readonly check: CheckConfig | undefined;
}

/**
 * Knobs that would have no effect in a file. maxServices bounds names that come at run time, and a file's services do not;
 * maxWait is about `run`, and the proxy answers 503 with Retry-After instead of holding a request.
 */
export const KNOBS_WITHOUT_KEY: ReadonlySet<string> = new Set(['maxServices', 'maxWait']);

/** Where a service has a knob: `health.recoveryWindow`, `health.check.rise`, `retries.max`. */
export function pathOfKnob(key: string): readonly string[] {
  const path = key.split('.');
  return path[0] === 'retries' || path[0] === 'limits' ? path : ['health', ...path];
}

/** The knobs of a group by their last word; '' is those without a group. */
function knobsOf(group: string): Record<string, z.ZodType<KnobValue | undefined>> {
  const isInGroup = ({ key }: Knob): boolean =>
    (key.includes('.') ? key.startsWith(`${group}.`) : group === '') && !KNOBS_WITHOUT_KEY.has(key);
  return Object.fromEntries(
    KNOBS.filter(isInGroup).map((knob) => [knob.key.split('.').at(-1)!, knobAsWritten(knob).optional()]),
  );
}

export const RETRIES_SCHEMA: z.ZodType<WrittenKnobs> = mapping(knobsOf('retries')).transform(
  (written) => written as WrittenKnobs,
);
export const LIMITS_SCHEMA: z.ZodType<WrittenKnobs> = mapping(knobsOf('limits')).transform(
  (written) => written as WrittenKnobs,
);

const CHECK_KNOBS = knobsOf('check');

/** `check: true` would be shorter than `check: {}`, and say less than `check: { path: /health }`. */
export const HEALTH_SCHEMA: z.ZodType<WrittenHealth> = mapping({
  ...knobsOf(''),
  preset: choice(PRESETS, { description: `A named set of defaults. Default: ${DEFAULT_PRESET}.` }).optional(),
  check: mapping({ ...CHECK_SHAPE, ...CHECK_KNOBS }).optional(),
  rules: mapping(knobsOf('rules')).optional(),
  classify: CLASSIFY_SCHEMA.optional(),
}).transform(({ check, ...written }): WrittenHealth => {
  const options = { preset: DEFAULT_PRESET, ...written } as Record<
    string,
    KnobValue | WrittenKnobs | readonly ClassifyRule[]
  >;
  if (check === undefined) return { options, check: undefined };
  options['check'] = Object.fromEntries(
    Object.entries(check).filter(([key]) => Object.hasOwn(CHECK_KNOBS, key)),
  ) as WrittenKnobs;
  return { options, check: completeCheck(check as WrittenCheck) };
});
