// What a value may be, as data: the judge reads by it, the documentation is written from it, and both spellings of a
// scenario (a program's and a file's) are the same shape.

import type { Parameter } from '../../faults/index.ts';

export type Shape = Parameter | Text | InstanceName | List | Mapping | Variants;

/** One line, since it ends in tables and terminals. */
export interface Text {
  readonly kind: 'text';
  readonly pattern: RegExp;
  readonly expected: string;
}

/** An instance of the script: its number, as text or not, or `*`. */
export interface InstanceName {
  readonly kind: 'instance';
}

export interface List {
  readonly kind: 'list';
  readonly of: Shape;
  readonly least: number;
  readonly most: number;
  /** Numbers, none less than the one before it. */
  readonly isAscending?: true;
}

export interface Mapping {
  readonly kind: 'mapping';
  readonly keys: Keys;
}

/** A mapping whose other keys depend on the word under `by`. */
export interface Variants {
  readonly kind: 'variants';
  readonly by: string;
  readonly of: Readonly<Record<string, Keys>>;
}

export type Keys = Readonly<Record<string, Key>>;

export interface Key {
  readonly shape: Shape;
  readonly doc: string;
  /** May be absent even where nothing stands for it. */
  readonly isOptional?: true;
  /** What stands for it when it is absent. */
  readonly fallback?: number;
}
