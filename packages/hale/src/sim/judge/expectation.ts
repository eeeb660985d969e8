// What a shape accepts, in words, after `expected`.

import { suggest } from '../../core/kernel/index.ts';
import type { Shape } from './shape.ts';
import type { Spelling } from './spelling.ts';

/** Above this many, a list of the known words is no help. */
const MOST_LISTED = 24;

export function expectation(shape: Shape, spelling: Spelling): string {
  switch (shape.kind) {
    case 'number':
      return `${shape.whole ? 'a whole number' : 'a number'} ${range(shape, String)}`;
    case 'duration':
      return spelling.duration(range(shape, spelling.writeDuration));
    case 'choice':
      return oneOf(shape.choices);
    case 'text':
      return shape.expected;
    case 'instance':
      return "the number of an instance, or '*' for all";
    case 'list':
      return 'a list';
    case 'mapping':
    case 'variants':
      return spelling.mapping;
  }
}

/** One of these words; or, when a misspelt one is like one of them, which was meant. */
export function oneOf(words: readonly string[], written?: unknown): string {
  const near = typeof written === 'string' ? suggest(written, words) : undefined;
  const few = words.length > 3 ? `one of ${words.join(', ')}` : words.join(' or ');
  const text = words.length > MOST_LISTED ? 'a known name' : few;
  return near === undefined ? text : `${text} (${didYouMean(near)})`;
}

/** What may stand in place of a key that is not known. */
export function knownKey(written: string, known: readonly string[]): string {
  // The other spelling of the same key is what was meant, however short the word.
  const near = known.find((key) => key === `${written}Ms` || `${key}Ms` === written) ?? suggest(written, known);
  if (near !== undefined) return `a known key (${didYouMean(near)})`;
  if (known.length === 0) return 'no such key';
  return `a known key (${known.join(', ')})`;
}

function didYouMean(word: string): string {
  return `did you mean ${word}?`;
}

interface Range {
  readonly min: number;
  readonly max: number;
  readonly above?: true;
}

function range({ min, max, above }: Range, write: (bound: number) => string): string {
  if (max === Infinity) return `of at least ${write(min)}`;
  return above ? `above ${write(min)}, at most ${write(max)}` : `from ${write(min)} to ${write(max)}`;
}
