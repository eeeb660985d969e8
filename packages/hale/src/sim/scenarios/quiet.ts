// Few requests: evidence is rare, and every failure is a large part of it.

import type { Scenario } from '../scenario.ts';
import { ONSET_MS, WATCHED, during, scenario } from './ordinary.ts';

export const QUIET: readonly Scenario[] = [
  scenario({
    name: 'quiet',
    doc: '5 requests a second that may not be repeated; a sinkhole that does not end',
    load: { kind: 'steady', perSecond: 5 },
    callers: { method: 'POST' },
    script: [{ at: ONSET_MS, until: Infinity, instance: '0', fault: { name: 'sinkhole', status: 500 } }],
    watched: { instance: 0, failsAtMs: ONSET_MS },
    lengthMs: 300_000,
  }),
  scenario({
    name: 'quiet-get',
    doc: '5 requests a second that may be repeated; a sinkhole for 40 s',
    load: { kind: 'steady', perSecond: 5 },
    script: [{ at: ONSET_MS, until: 60_000, instance: '0', fault: { name: 'sinkhole', status: 500 } }],
    watched: { instance: 0, failsAtMs: ONSET_MS, healsAtMs: 60_000 },
    lengthMs: 120_000,
  }),
  scenario({
    name: 'sinkhole40',
    doc: 'the sinkhole at 40 requests a second',
    load: { kind: 'steady', perSecond: 40 },
    script: during({ name: 'sinkhole', status: 500 }),
    watched: WATCHED,
  }),
  scenario({
    name: 'slow-checks',
    doc: 'one instance crashes, and checks come every 30 s',
    checkEveryMs: 30_000,
    script: during({ name: 'refuse' }),
    watched: WATCHED,
    lengthMs: 110_000,
  }),
  scenario({
    name: 'no-checks',
    doc: 'one instance crashes, and there are no checks',
    checkEveryMs: 0,
    script: during({ name: 'refuse' }),
    watched: WATCHED,
  }),
];
