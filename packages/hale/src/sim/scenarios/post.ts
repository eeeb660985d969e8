// Requests that may not be sent twice, and faults that no check sees: there is no second chance, and no scout but the
// requests themselves.

import type { Fault } from '../../faults/index.ts';
import type { Scenario } from '../scenario.ts';
import { during, scenario, WATCHED } from './ordinary.ts';

const POST = { method: 'POST' } as const;

const KINDS: readonly (readonly [name: string, doc: string, fault: Fault])[] = [
  ['post-refuse', 'one instance crashes', { name: 'refuse' }],
  ['post-blackhole', 'one instance never answers', { name: 'blackhole' }],
  ['post-brownout10', 'one instance fails a tenth', { name: 'brownout', share: 0.1, method: 'POST' }],
  ['post-brownout', 'one instance fails half', { name: 'brownout', share: 0.5, method: 'POST' }],
  ['post-sinkhole', 'one instance answers 500 at once', { name: 'sinkhole', status: 500 }],
];

export const POSTS: readonly Scenario[] = KINDS.map(([name, doc, fault]) =>
  scenario({ name, doc: `${doc}; no request may be repeated`, callers: POST, script: during(fault), watched: WATCHED }),
);
