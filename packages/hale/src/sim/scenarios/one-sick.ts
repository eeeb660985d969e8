// One instance of eight is sick, in each of the ways that the catalogue knows, for 30 s.

import type { Fault } from '../../faults/index.ts';
import type { Scenario } from '../scenario.ts';
import { during, scenario, WATCHED } from './ordinary.ts';

/** For requests that may be repeated, and that a check can see. */
const KINDS: readonly (readonly [name: string, doc: string, fault: Fault])[] = [
  ['refuse', 'one instance crashes: connections are refused', { name: 'refuse' }],
  ['blackhole', 'one instance never answers, checks included', { name: 'blackhole' }],
  ['brownout', 'one instance answers half of all requests with a fast 503', { name: 'brownout', share: 0.5 }],
  ['brownout10', 'one instance answers a tenth with a fast 503', { name: 'brownout', share: 0.1 }],
  ['sinkhole', 'one instance answers 500 at once while its checks pass', { name: 'sinkhole', status: 500 }],
  ['slow', 'one instance takes ten times as long', { name: 'slow', factor: 10 }],
  ['gray', 'one instance takes twenty times as long for a fifth of its work', { name: 'gray', share: 0.2, factor: 20 }],
  [
    'cold',
    'one instance starts cold: eight times as slow, less within 10 s',
    { name: 'cold', factor: 8, warmMs: 10_000 },
  ],
  ['flapping', 'one instance is up and down every second', { name: 'flapping', periodMs: 2000, downShare: 0.5 }],
  ['leak', 'one instance fills up: ever slower, then failing', { name: 'leak', fullMs: 30_000, factor: 10 }],
  ['pauses', 'one instance stands still for .8 s in each 5 s', { name: 'pauses', everyMs: 5000, lengthMs: 800 }],
  ['truncated', 'one instance breaks off a fifth of its answers', { name: 'truncated', share: 0.2 }],
  ['lies-bad', 'the check of one sound instance fails', { name: 'check-lies', says: 'bad' }],
];

export const ONE_SICK: readonly Scenario[] = [
  ...KINDS.map(([name, doc, fault]) => scenario({ name, doc, script: during(fault), watched: WATCHED })),
  scenario({
    name: 'lies-good',
    doc: 'one instance never answers, and its check still passes',
    // In this order: what the last fault says of a check stands.
    script: [...during({ name: 'blackhole' }), ...during({ name: 'check-lies', says: 'good' })],
    watched: WATCHED,
  }),
  scenario({
    name: 'relapse',
    doc: 'one instance crashes three times, 6 s each, 4 s apart',
    script: [20_000, 30_000, 40_000].map((at) => ({ at, until: at + 6000, instance: '0', fault: { name: 'refuse' } })),
    watched: { instance: 0, failsAtMs: 20_000, healsAtMs: 46_000 },
  }),
  scenario({
    name: 'clock-steps',
    doc: 'as sinkhole, and the balancer’s clock jumps by 2 s, a minute, and an hour',
    script: during({ name: 'sinkhole', status: 500 }),
    watched: WATCHED,
    clockSteps: [
      { atMs: 15_000, byMs: 2000 },
      { atMs: 30_000, byMs: 60_000 },
      { atMs: 60_000, byMs: 3_600_000 },
    ],
  }),
];
