// Several instances at once, in part of the fleet or in all of it.

import type { Fault, ScriptLine } from '../../faults/index.ts';
import type { Scenario } from '../scenario.ts';
import { END_MS, HEALED_MS, ONSET_MS, always, during, scenario } from './ordinary.ts';

function each(instances: readonly number[], fault: Fault, at = ONSET_MS, until = HEALED_MS): ScriptLine[] {
  return instances.map((instance) => ({ at, until, instance: String(instance), fault }));
}

const WATCH_FIRST = { instance: 0, failsAtMs: ONSET_MS, healsAtMs: HEALED_MS };

export const SEVERAL_SICK: readonly Scenario[] = [
  scenario({
    name: 'two-of-eight',
    doc: 'two instances crash',
    script: each([0, 1], { name: 'refuse' }),
    watched: WATCH_FIRST,
  }),
  scenario({
    name: 'zone-loss',
    doc: 'half of the fleet, a zone, is gone at once',
    script: each([0, 1, 2, 3], { name: 'refuse' }),
    watched: WATCH_FIRST,
  }),
  scenario({
    name: 'seven-of-eight',
    doc: 'seven of eight fail half of their requests',
    script: each([0, 1, 2, 3, 4, 5, 6], { name: 'brownout', share: 0.5 }),
    watched: WATCH_FIRST,
  }),
  scenario({
    name: 'most-refuse',
    doc: 'six of eight crash at once',
    script: each([0, 1, 2, 3, 4, 5], { name: 'refuse' }),
    watched: WATCH_FIRST,
  }),
  scenario({
    name: 'half-slow',
    doc: 'half of the fleet takes five times as long',
    script: each([0, 1, 2, 3], { name: 'slow', factor: 5 }),
    watched: WATCH_FIRST,
  }),
  scenario({
    name: 'staggered',
    doc: 'one instance after the other falls silent, 5 s apart, for 10 s',
    script: [0, 1, 2, 3].flatMap((instance) =>
      each([instance], { name: 'blackhole' }, ONSET_MS + 5000 * instance, ONSET_MS + 5000 * instance + 10_000),
    ),
    watched: { instance: 0, failsAtMs: ONSET_MS, healsAtMs: ONSET_MS + 10_000 },
  }),
  scenario({
    name: 'rolling-restart',
    doc: 'one instance after the other is gone for 2 s and starts cold',
    script: [0, 1, 2, 3, 4, 5, 6, 7].flatMap((instance) => {
      const at = 10_000 + 6000 * instance;
      return [
        ...each([instance], { name: 'refuse' }, at, at + 2000),
        ...each([instance], { name: 'cold', factor: 4, warmMs: 4000 }, at + 2000, at + 6000),
      ];
    }),
  }),
  // Judged from the end of the outage: during it nobody can do well. Only to GET, so that no check sees it: checks that
  // fail three times in five would take everybody out, and bring everybody back within seconds of its end.
  scenario({
    name: 'fleet60',
    doc: 'a dependency fails three in five requests on every instance; judged from its end',
    script: during({ name: 'brownout', share: 0.6, method: 'GET' }, '*'),
    judgedFromMs: HEALED_MS,
  }),
  scenario({
    name: 'fleet-sinkhole',
    doc: 'a dependency fails every request on every instance; judged from its end',
    script: during({ name: 'sinkhole', status: 500 }, '*'),
    judgedFromMs: HEALED_MS,
  }),
  scenario({
    name: 'fleet-refuse',
    doc: 'every instance refuses; judged from its end',
    script: during({ name: 'refuse' }, '*'),
    judgedFromMs: HEALED_MS,
  }),
  scenario({
    name: 'noise',
    doc: 'every instance fails one request in a hundred; nobody is to be taken out',
    script: always({ name: 'brownout', share: 0.01, method: 'GET' }),
    lengthMs: END_MS,
  }),
  scenario({
    name: 'poison',
    doc: '5 % of the requests fail on every instance',
    script: always({ name: 'poison', by: 'error' }),
    callers: { poisonShare: 0.05 },
  }),
  scenario({
    name: 'poison30',
    doc: '30 % of the requests fail on every instance',
    script: always({ name: 'poison', by: 'error' }),
    callers: { poisonShare: 0.3 },
  }),
  scenario({
    name: 'single',
    doc: 'a fleet of one fails half of its requests for 30 s; judged from the end',
    fleet: { instances: 1 },
    load: { kind: 'steady', perSecond: 40 },
    script: during({ name: 'brownout', share: 0.5, method: 'GET' }, '*'),
    judgedFromMs: HEALED_MS,
  }),
];
