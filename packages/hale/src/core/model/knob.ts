// What a knob is, and short words to write one in: every kind of option, its bounds, and what both extremes do.

export type PresetName = 'specification' | 'serving' | 'providers';
export const PRESETS: readonly PresetName[] = ['specification', 'serving', 'providers'];

export type KnobKind = 'duration' | 'ratio' | 'count' | 'number' | 'boolean' | 'choice';
export type KnobValue = number | boolean | string;

export interface Knob {
  /** Dotted path in the library's options. */
  readonly key: string;
  readonly kind: KnobKind;
  /** Durations in milliseconds. Both ends are allowed unless `open`. */
  readonly min: number;
  readonly max: number;
  /** Both ends are excluded. */
  readonly open?: true;
  readonly choices?: readonly string[];
  /** Default of each preset; one value when all three agree. Durations in milliseconds. */
  readonly defaults: KnobValue | Readonly<Record<PresetName, KnobValue>>;
  /** What it is, in one sentence. */
  readonly doc: string;
  /** What the lower and the upper extreme do. */
  readonly low: string;
  readonly high: string;
  /** The specification counts this one in seconds: a bare number below 1000 is refused. */
  readonly window?: true;
}

export const SECOND = 1000;
export const DAY = 86_400_000;
/** Times are 32-bit milliseconds, right for 24 days; with four doublings a window must stay below that. */
export const LONGEST_WINDOW: number = 4 * DAY;

type Range = readonly [min: number, max: number];
type Words = readonly [doc: string, low: string, high: string];

/** The serving presets differ from the specification's. */
export const split = <T extends KnobValue>(specification: T, serving: T): Record<PresetName, T> => ({
  specification,
  serving,
  providers: serving,
});

const knob = (
  kind: KnobKind,
  key: string,
  [min, max]: Range,
  defaults: Knob['defaults'],
  [doc, low, high]: Words,
): Knob => ({ key, kind, min, max, defaults, doc, low, high });

export const duration = (key: string, range: Range, defaults: Knob['defaults'], ...words: Words): Knob => ({
  ...knob('duration', key, range, defaults, words),
  window: true,
});
export const count = (key: string, range: Range, defaults: Knob['defaults'], ...words: Words): Knob =>
  knob('count', key, range, defaults, words);
export const number = (key: string, range: Range, defaults: Knob['defaults'], ...words: Words): Knob =>
  knob('number', key, range, defaults, words);
export const ratio = (key: string, range: Range, defaults: Knob['defaults'], ...words: Words): Knob =>
  knob('ratio', key, range, defaults, words);
/** A threshold: neither end makes sense. */
export const between = (key: string, range: Range, defaults: Knob['defaults'], ...words: Words): Knob => ({
  ...ratio(key, range, defaults, ...words),
  open: true,
});
export const choice = (key: string, choices: readonly string[], defaults: Knob['defaults'], ...words: Words): Knob => ({
  ...knob('choice', key, [0, 0], defaults, words),
  choices,
});
export const boolean = (key: string, defaults: boolean, ...words: Words): Knob =>
  knob('boolean', key, [0, 1], defaults, words);
export const rule = (name: string, doc: string): Knob =>
  choice(
    `rules.${name}`,
    ['enforce', 'observe'],
    'enforce',
    doc,
    'observe: the rule reports what it would do and moves nothing',
    'enforce: the engine enacts the verdict',
  );

/** The default of a knob under a preset. */
export function defaultOf(knob: Knob, preset: PresetName): KnobValue {
  return typeof knob.defaults === 'object' ? knob.defaults[preset] : knob.defaults;
}
