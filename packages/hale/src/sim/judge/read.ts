// A value and a shape -> the value as the scenario has it, and everything in it that is wrong.
//
// A value that was refused becomes undefined (a leaf) or empty (what holds others), so that the rules after it find the
// scenario whole. Keys that are absent come from `base`, mapping by mapping, down to single keys: `load: { perSecond: 40 }`
// changes the rate of the load that stands there. What is read is copied: later changes of the input change nothing.

import { describe } from '../../core/model/index.ts';
import type { Path, ScenarioFinding } from './finding.ts';
import { expectation, knownKey, oneOf } from './expectation.ts';
import type { Key, Keys, List, Shape, Variants } from './shape.ts';
import type { Spelling } from './spelling.ts';

export interface Reading {
  readonly spelling: Spelling;
  readonly findings: ScenarioFinding[];
}

type Tree = Readonly<Record<string, unknown>>;

/** Reads `value`, which is there. `base` is what it stands over, of the same shape, or undefined. */
export function read(shape: Shape, value: unknown, base: unknown, path: Path, reading: Reading): unknown {
  switch (shape.kind) {
    case 'list':
      return readList(shape, value, path, reading);
    case 'mapping':
      return readMapping(shape.keys, value, base, path, reading);
    case 'variants':
      return readVariants(shape, value, base, path, reading);
    default: {
      const leaf = readLeaf(shape, value, reading.spelling);
      if (leaf === undefined) refuse(shape, value, path, reading);
      return leaf;
    }
  }
}

function readLeaf(shape: Shape, value: unknown, spelling: Spelling): unknown {
  switch (shape.kind) {
    case 'number':
      return typeof value === 'number' && isWithin(value, shape) ? value : undefined;
    case 'duration': {
      const ms = spelling.readDuration(value);
      return ms !== undefined && isWithin(ms, shape) ? ms : undefined;
    }
    case 'choice':
      return typeof value === 'string' && shape.choices.includes(value) ? value : undefined;
    case 'text':
      return typeof value === 'string' && shape.pattern.test(value) ? value : undefined;
    case 'instance': {
      const text = typeof value === 'number' ? String(value) : value;
      return typeof text === 'string' && /^(?:\*|0|[1-9]\d{0,4})$/.test(text) ? text : undefined;
    }
    default:
      return undefined;
  }
}

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly above?: true;
  readonly whole?: true;
}

// Written so that NaN fails.
function isWithin(value: number, { min, max, above, whole }: Bounds): boolean {
  return (above ? value > min : value >= min) && value <= max && (!whole || Number.isInteger(value));
}

function readList(shape: List, value: unknown, path: Path, reading: Reading): unknown[] {
  if (!Array.isArray(value)) {
    refuse(shape, value, path, reading);
    return [];
  }
  const { least, most, of, isAscending } = shape;
  if (value.length < least || value.length > most) {
    const expected =
      value.length < least ? `at least ${least} ${least === 1 ? 'entry' : 'entries'}` : `at most ${most} entries`;
    reading.findings.push({ path, expected });
    return [];
  }
  // Array.from, since map passes over what a sparse list does not hold.
  const entries = Array.from(value, (entry: unknown, index) => read(of, entry, undefined, [...path, index], reading));
  const early = isAscending
    ? entries.findIndex((entry, index) => (entry as number) < (entries[index - 1] as number))
    : -1;
  if (early > 0) {
    const before = reading.spelling.writeDuration(entries[early - 1] as number);
    reading.findings.push({
      path: [...path, early],
      expected: `nothing before the entry above it, which is ${before}`,
    });
  }
  return entries;
}

/** `value` by `keys`, with what it leaves out from `base`. */
export function readMapping(keys: Keys, value: unknown, base: unknown, path: Path, reading: Reading): Tree {
  if (!isTree(value)) {
    reading.findings.push({ path, expected: reading.spelling.mapping });
    return {};
  }
  judgeKeys(value, Object.keys(keys), path, reading);
  return readKeys(keys, value, base, path, reading);
}

function readVariants(shape: Variants, value: unknown, base: unknown, path: Path, reading: Reading): Tree {
  if (!isTree(value)) {
    refuse(shape, value, path, reading);
    return {};
  }
  const { by, of } = shape;
  const inherited = isTree(base) ? base[by] : undefined;
  const variant = own(value, by) ?? inherited;
  if (typeof variant !== 'string' || !Object.hasOwn(of, variant)) {
    reading.findings.push({ path: [...path, by], expected: oneOf(Object.keys(of), variant) });
    return {};
  }
  const keys = of[variant];
  judgeKeys(value, [by, ...Object.keys(keys)], path, reading);
  return { [by]: variant, ...readKeys(keys, value, variant === inherited ? base : undefined, path, reading) };
}

function readKeys(keys: Keys, value: Tree, base: unknown, path: Path, reading: Reading): Tree {
  const result: Record<string, unknown> = {};
  for (const [name, key] of Object.entries(keys)) {
    const written = reading.spelling.keyOf(name);
    const given = own(value, written);
    const below = isTree(base) ? base[name] : undefined;
    const content =
      given === undefined
        ? absent(key, below, [...path, written], reading)
        : read(key.shape, given, below, [...path, written], reading);
    // A key without a value is not there; but to the rules, what was refused is there.
    if (content !== undefined) result[name] = content;
  }
  return result;
}

function absent({ shape, fallback, isOptional }: Key, below: unknown, path: Path, reading: Reading): unknown {
  if (below !== undefined) return below;
  if (fallback !== undefined || isOptional) return fallback;
  refuse(shape, undefined, path, reading);
  return EMPTY[shape.kind]?.();
}

const EMPTY: Readonly<Partial<Record<Shape['kind'], () => unknown>>> = {
  list: () => [],
  mapping: () => ({}),
  variants: () => ({}),
};

function judgeKeys(value: Tree, names: readonly string[], path: Path, { spelling, findings }: Reading): void {
  const known = names.map((name) => spelling.keyOf(name));
  for (const written of Object.keys(value)) {
    if (known.includes(written)) continue;
    const received = describe(written.slice(0, 60));
    findings.push({ path: [...path, written], expected: knownKey(written, known), received, atKey: true });
  }
}

function refuse(shape: Shape, value: unknown, path: Path, { spelling, findings }: Reading): void {
  const expected = shape.kind === 'choice' ? oneOf(shape.choices, value) : expectation(shape, spelling);
  const received = hintOf(shape, value, spelling);
  findings.push({ path, expected, ...(received === undefined ? {} : { received }) });
}

function hintOf(shape: Shape, value: unknown, spelling: Spelling): string | undefined {
  if (shape.kind === 'duration') return spelling.hint(value);
  // YAML takes a name of 7 for a number.
  const isScalar = typeof value === 'number' || typeof value === 'boolean';
  return shape.kind === 'text' && isScalar && shape.pattern.test(String(value)) ? `${value} (quote it)` : undefined;
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// What is inherited from a prototype was not written by anybody.
function own(value: Tree, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}
