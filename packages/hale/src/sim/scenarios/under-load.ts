// Where capacity is what is scarce: at high load a needless ejection hurts, and a connection carries many requests.
// The fleet's capacity is 3 200 a second.

import type { Scenario } from '../scenario.ts';
import { HEALED_MS, ONSET_MS, WATCHED, always, during, scenario } from './ordinary.ts';

export const UNDER_LOAD: readonly Scenario[] = [
  scenario({
    name: 'resetburst',
    doc: 'at 94 % load one instance loses all of its connections each second',
    load: { kind: 'steady', perSecond: 3000 },
    script: during({ name: 'resets', everyMs: 1000 }),
    lengthMs: 60_000,
  }),
  scenario({
    name: 'hot-slow',
    doc: 'at 75 % load one instance takes ten times as long',
    load: { kind: 'steady', perSecond: 2400 },
    script: during({ name: 'slow', factor: 10 }),
    watched: WATCHED,
  }),
  scenario({
    name: 'hot-refuse',
    doc: 'at 75 % load one instance crashes',
    load: { kind: 'steady', perSecond: 2400 },
    script: during({ name: 'refuse' }),
    watched: WATCHED,
  }),
  scenario({
    name: 'hot-gray',
    doc: 'at 75 % load one instance takes twenty times as long for a fifth of its work',
    load: { kind: 'steady', perSecond: 2400 },
    script: during({ name: 'gray', share: 0.2, factor: 20 }),
    watched: WATCHED,
  }),
  // The watch begins when it is up again: what is asked is how late a cold instance has its share.
  scenario({
    name: 'cold-return',
    doc: 'at 60 % load one instance crashes for 10 s and comes back cold: eight times as slow, less within 10 s',
    load: { kind: 'steady', perSecond: 1920 },
    script: [
      { at: ONSET_MS, until: 30_000, instance: '0', fault: { name: 'refuse' } },
      { at: 30_000, until: 40_000, instance: '0', fault: { name: 'cold', factor: 8, warmMs: 10_000 } },
    ],
    watched: { instance: 0, failsAtMs: ONSET_MS, healsAtMs: 30_000 },
    lengthMs: 65_000,
  }),
  scenario({
    name: 'uneven',
    doc: 'half of the fleet is twice as slow, at 66 % load, and nobody fails',
    load: { kind: 'steady', perSecond: 1600 },
    fleet: { speeds: [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5] },
    lengthMs: 60_000,
  }),
  scenario({
    name: 'load-bursts',
    doc: 'for 2 s in each 10 s the load is four times as high, and nobody fails',
    load: { kind: 'bursts', perSecond: 600, peak: 2400, everyMs: 10_000, burstMs: 2000 },
    lengthMs: 60_000,
  }),
  scenario({
    name: 'daily',
    doc: 'the load swings by 80 % within 60 s while one instance crashes',
    load: { kind: 'daily', perSecond: 1200, swing: 0.8, periodMs: 60_000 },
    script: during({ name: 'refuse' }),
    watched: WATCHED,
  }),
  scenario({
    name: 'overload',
    doc: 'for 20 s a tenth more comes than the fleet can do',
    load: { kind: 'bursts', perSecond: 1500, peak: 3500, everyMs: 80_000, burstMs: 20_000 },
    callers: { timeoutMs: 1000 },
    lengthMs: 60_000,
  }),
  scenario({
    name: 'limit429',
    doc: 'every instance answers 429 above 40 requests a second, and 35 come to each',
    load: { kind: 'steady', perSecond: 280 },
    script: always({ name: 'overload', perSecond: 40, retryAfterMs: 1000 }),
    lengthMs: 60_000,
  }),
  scenario({
    name: 'limit429-tight',
    doc: 'every instance answers 429 above 40 requests a second, and 41 come to each',
    load: { kind: 'steady', perSecond: 330 },
    script: always({ name: 'overload', perSecond: 40, retryAfterMs: 1000 }),
    lengthMs: 60_000,
  }),
  scenario({
    name: 'retry-storm',
    doc: 'at 75 % load every instance fails a third for 10 s; judged from the end',
    load: { kind: 'steady', perSecond: 2400 },
    script: [{ at: ONSET_MS, until: 30_000, instance: '*', fault: { name: 'brownout', share: 0.33, method: 'GET' } }],
    judgedFromMs: 30_000,
    lengthMs: HEALED_MS,
  }),
  scenario({
    name: 'streaming',
    doc: 'answers stream for 2 s after their head; one instance crashes',
    load: { kind: 'steady', perSecond: 20 },
    fleet: { work: { kind: 'lognormal', meanMs: 200, sigma: 0.5, streamMs: 2000 } },
    script: during({ name: 'refuse' }),
    watched: WATCHED,
  }),
];
