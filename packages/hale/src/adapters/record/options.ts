// What a file of outcomes may be asked to do. The two numbers are knobs in the engine's form, so that the configuration
// file of the proxy judges them by the same ranges.

import type { Fault, Knob } from '../../core/model/index.ts';
import { ConfigError, describe, readKnob } from '../../core/model/index.ts';

export interface OutcomeFileOptions {
  /** Size that no file exceeds, in bytes, 4096 to 1 TB. Default 64 MB. */
  readonly maxBytes?: number;
  /** Files in all: the one that is written and the older ones, 1 to 1000. Default 3. With 1 a full file begins anew. */
  readonly maxFiles?: number;
  /** Called with the reason when writing begins to fail, and with undefined when it works again. */
  readonly onFailure?: (reason: string | undefined) => void;
}

/** The numbers, with their ranges and defaults. */
export const RECORD_KNOBS: Readonly<Record<'maxBytes' | 'maxFiles', Knob>> = {
  maxBytes: {
    key: 'maxBytes',
    kind: 'count',
    // The longest line, names of 256 characters all of which need escaping, is shorter.
    min: 4096,
    max: 1e12,
    defaults: 64e6,
    doc: 'Size that no file of outcomes exceeds.',
    low: 'the record reaches back for a moment only',
    high: 'it can fill the disk',
  },
  maxFiles: {
    key: 'maxFiles',
    kind: 'count',
    min: 1,
    max: 1000,
    defaults: 3,
    doc: 'Files of outcomes in all, the one that is written included.',
    low: '1: a full file begins anew',
    high: 'they can fill the disk',
  },
};

/** A path longer than this is none to any system. */
export const LONGEST_PATH = 4096;

export interface OutcomeFilePlan {
  readonly path: string;
  readonly maxBytes: number;
  readonly maxFiles: number;
  readonly onFailure: ((reason: string | undefined) => void) | undefined;
}

/** Can this be the path of a file? Whether it can be written is found out by writing. */
export function isFilePath(path: unknown): path is string {
  return (
    typeof path === 'string' &&
    path.length > 0 &&
    path.length <= LONGEST_PATH &&
    !path.endsWith('/') &&
    !path.includes('\0')
  );
}

/** Throws ConfigError with every fault. */
export function readOptions(path: unknown, options: unknown): OutcomeFilePlan {
  const faults: Fault[] = [];
  if (!isFilePath(path)) faults.push({ path: 'path', expected: 'the path of a file', received: describe(path) });
  const isObject = typeof options === 'object' && options !== null && !Array.isArray(options);
  if (options !== undefined && !isObject)
    faults.push({ path: 'options', expected: 'an object', received: describe(options) });
  const given = (isObject ? options : {}) as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(given)) {
    if (!Object.hasOwn(RECORD_KNOBS, key) && key !== 'onFailure')
      faults.push({ path: key, expected: 'no such option', received: describe(given[key]) });
  }
  const numberOf = (knob: Knob): number =>
    given[knob.key] === undefined ? (knob.defaults as number) : (readKnob(knob, given[knob.key], faults) as number);
  const maxBytes = numberOf(RECORD_KNOBS.maxBytes);
  const maxFiles = numberOf(RECORD_KNOBS.maxFiles);
  const { onFailure } = given;
  if (onFailure !== undefined && typeof onFailure !== 'function')
    faults.push({ path: 'onFailure', expected: 'a function', received: describe(onFailure) });
  if (faults.length > 0) throw new ConfigError(faults);
  return { path: path as string, maxBytes, maxFiles, onFailure: onFailure as OutcomeFilePlan['onFailure'] };
}
