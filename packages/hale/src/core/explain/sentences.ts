// A record -> sentences: what hale believes of an instance, why, and what will change it. "Why is this instance out?" is
// the question users ask most of a balancer, and the one that a number does not answer.

import { formatDuration } from '../kernel/index.ts';
import type { BlamedKey, InstanceSnapshot, Reason } from '../model/index.ts';

/** What the sentences need beside the snapshot. */
export interface Circumstances {
  readonly reason: Reason | '';
  /** The last failure's cause, or undefined when there was none. */
  readonly cause: string | undefined;
  /** Milliseconds since the last transition. */
  readonly sinceMs: number;
  readonly healthThreshold: number;
  /** Good trials that restore. */
  readonly trialsNeeded: number;
  readonly isParked: boolean;
  readonly isTrialOut: boolean;
}

const BECAUSE: Readonly<Record<Reason, string>> = {
  suspicion: 'it failed more often than its fleet',
  run: 'it failed too many times in a row',
  checks: 'of its checks',
  trial: 'of its last trial',
  window: 'its recovery window has passed',
  replayable: 'a request that can be sent again may try it early',
  'trial-timeout': 'a trial was not answered in time',
  override: 'an operator said so',
};

/** One sentence: the state and its cause. */
export function reasonSentence(snapshot: Omit<InstanceSnapshot, 'reason'>, circumstances: Circumstances): string {
  const { circuit, mode, evidence } = snapshot;
  const { reason, cause, isParked, healthThreshold } = circumstances;
  if (isParked) return 'absent from the membership; remembered until forgetAfter';
  if (mode !== 'ready') return `an operator set it to ${mode}`;
  const because = reason === '' ? '' : ` because ${BECAUSE[reason]}`;
  const last = cause === undefined ? '' : ` (last failure: ${cause})`;
  if (evidence.forced) return `circuit forced ${circuit} by an operator`;
  if (circuit !== 'closed') return `circuit ${circuit}${because}${circuit === 'open' ? last : ''}`;
  if (evidence.pausedForMs !== null)
    return `it asked for patience; paused for another ${formatDuration(evidence.pausedForMs)}`;
  if (snapshot.score < healthThreshold)
    return `score ${snapshot.score.toFixed(2)} is below healthThreshold ${healthThreshold}${last}`;
  if (evidence.trust < 1) return `slow start at ${Math.round(evidence.trust * 100)} % of its share`;
  if (evidence.learnedRate !== null)
    return `takes about ${Math.round(evidence.learnedRate)} requests a second; the rest goes elsewhere`;
  if (snapshot.health === 'unknown') return 'nothing is known of it yet';
  return snapshot.health === 'degraded' ? `failures were seen${last}` : 'sound';
}

/** The whole explanation, one fact a sentence. */
export function explainInstance(snapshot: InstanceSnapshot, circumstances: Circumstances): string[] {
  const { id, evidence, circuit, nextChangeInMs } = snapshot;
  const { sinceMs, trialsNeeded, isTrialOut } = circumstances;
  const sentences = [`${id} is ${snapshot.eligible ? 'eligible' : 'not eligible'}: ${snapshot.reason}.`];
  if (circuit !== 'closed')
    sentences.push(
      `The circuit has been ${circuit} for ${formatDuration(sinceMs)}${evidence.relapses > 1 ? `, after ${evidence.relapses} trips` : ''}.`,
    );
  if (circuit === 'half-open')
    sentences.push(
      `${evidence.goodTrials} of ${trialsNeeded} good trials have passed${isTrialOut ? '; one is out' : ''}.`,
    );
  sentences.push(
    `Its score is ${snapshot.score.toFixed(2)}: ${evidence.bad.toFixed(1)} bad of ${evidence.all.toFixed(1)} recent outcomes, where the rest of the fleet fails at ${percent(evidence.baseline)}.`,
  );
  if (circuit === 'closed' && evidence.suspicion > 0) {
    sentences.push(
      `Suspicion is ${evidence.suspicion.toFixed(1)} of ${evidence.threshold} failures; ${evidence.run} failed in a row.`,
    );
  }
  if (evidence.latencyMs !== null)
    sentences.push(
      `It answers in ${evidence.latencyMs.toFixed(1)} ms, ${snapshot.slowness.toFixed(1)} times the fleet's median.`,
    );
  if (evidence.learnedRate !== null)
    sentences.push(
      `Its refusals have shown a limit of ${evidence.learnedRate.toFixed(1)} requests a second; it is asked more only when all others are full.`,
    );
  if (evidence.forecastMs !== null)
    sentences.push(`At this rate its score falls below the threshold in about ${formatDuration(evidence.forecastMs)}.`);
  if (nextChangeInMs !== null) sentences.push(`The next change by time alone is in ${formatDuration(nextChangeInMs)}.`);
  return sentences;
}

/** A key that is blamed, by its hash. */
export function explainKey({ key, instances, idleMs }: BlamedKey, isEnforced: boolean): string {
  const consequence = isEnforced ? 'they count against no instance' : 'the rule only observes, so they count as ever';
  return `Key ${key} is blamed: its requests failed at ${instances} instances where others do well, last ${formatDuration(idleMs)} ago; ${consequence}.`;
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(1)} %`;
}
