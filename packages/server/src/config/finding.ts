// zod's issues -> findings in our words.

import type { z } from 'zod';
import type { Finding, Path } from './fault.ts';
import { suggest } from './suggest.ts';

/** Above this many, a list of the known keys is no help. */
const MOST_LISTED = 12;

/** What an issue says, as findings: an unknown key is one each. */
export function findingsOf(issue: z.core.$ZodIssue): Finding[] {
  const path = issue.path as Path;
  switch (issue.code) {
    case 'custom': {
      // A refinement has its sentence as its message, a leaf in its parameters.
      const { expected = issue.message, received } = (issue.params ?? {}) as { expected?: string; received?: string };
      return [{ path, expected, ...(received === undefined ? {} : { received }) }];
    }
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: [...path, key],
        expected: knownKeys(key, issue.message.split(' ')),
        received: JSON.stringify(key.slice(0, 60)),
        atKey: true,
      }));
    case 'invalid_type':
      return [{ path, expected: issue.expected === 'array' ? 'a list' : 'a mapping' }];
    case 'too_small':
      return [{ path, expected: `at least ${issue.minimum} ${entries(issue.minimum)}` }];
    case 'too_big':
      return [{ path, expected: `at most ${issue.maximum} ${entries(issue.maximum)}` }];
    case 'invalid_key':
      return [
        {
          path,
          expected: issue.issues[0]?.message ?? 'another key',
          received: JSON.stringify(String(path.at(-1)).slice(0, 60)),
          atKey: true,
        },
      ];
    default:
      return [{ path, expected: issue.message }];
  }
}

function knownKeys(key: string, known: readonly string[]): string {
  const near = suggest(key, known);
  if (near !== undefined) return `a known key (did you mean ${near}?)`;
  return known.length > MOST_LISTED ? 'a known key' : `a known key (${known.join(', ')})`;
}

function entries(count: number | bigint): string {
  return Number(count) === 1 ? 'entry' : 'entries';
}
