import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { EvidenceSnapshot, InstanceSnapshot, Reason } from '../model/index.ts';
import type { Circumstances } from './index.ts';
import { explainInstance, reasonSentence } from './index.ts';

const evidence: EvidenceSnapshot = {
  bad: 0,
  all: 40,
  suspicion: 0,
  threshold: 5,
  run: 0,
  failureRate: 0,
  baseline: 0,
  latencyMs: 12.34,
  trust: 1,
  forced: false,
  pausedForMs: null,
  learnedRate: null,
  goodTrials: 0,
  relapses: 0,
  forecastMs: null,
};
const calm: Circumstances = {
  reason: '',
  cause: undefined,
  sinceMs: 90_000,
  healthThreshold: 0.5,
  trialsNeeded: 4,
  isParked: false,
  isTrialOut: false,
};

type Changes = Partial<Omit<InstanceSnapshot, 'evidence'>> & { readonly evidence?: Partial<EvidenceSnapshot> };

function snapshot(changes: Changes = {}): InstanceSnapshot {
  const { evidence: changed, ...rest } = changes;
  return {
    id: 'a',
    score: 1,
    slowness: 1,
    health: 'healthy',
    circuit: 'closed',
    mode: 'ready',
    eligible: true,
    inFlight: 0,
    weight: 1,
    priority: 0,
    reason: 'sound',
    nextChangeInMs: null,
    ...rest,
    evidence: { ...evidence, ...changed },
  };
}
const sentence = (changes: Changes, circumstances: Partial<Circumstances> = {}): string =>
  reasonSentence(snapshot(changes), { ...calm, ...circumstances });

describe('the one sentence', () => {
  test('of a sound instance says so', () => {
    assert.equal(sentence({}), 'sound');
    assert.equal(sentence({}, { cause: 'reset' }), 'sound');
  });

  test('of a newcomer says that nothing is known', () => {
    assert.equal(sentence({ health: 'unknown' }), 'nothing is known of it yet');
  });

  test('of one with failures says what the last was', () => {
    assert.equal(sentence({ health: 'degraded' }, { cause: 'reset' }), 'failures were seen (last failure: reset)');
    assert.equal(sentence({ health: 'degraded' }), 'failures were seen');
  });

  test('of an open circuit says for each reason why', () => {
    const because: readonly [Reason, string][] = [
      ['suspicion', 'because it failed more often than its fleet'],
      ['run', 'because it failed too many times in a row'],
      ['checks', 'because of its checks'],
      ['trial', 'because of its last trial'],
      ['override', 'because an operator said so'],
    ];
    for (const [reason, words] of because) {
      assert.equal(
        sentence({ circuit: 'open', score: 0 }, { reason, cause: 'timeout' }),
        `circuit open ${words} (last failure: timeout)`,
      );
    }
    assert.equal(sentence({ circuit: 'open' }), 'circuit open');
  });

  test('of a half-open circuit says what let it try', () => {
    const because: readonly [Reason, string][] = [
      ['window', 'because its recovery window has passed'],
      ['replayable', 'because a request that can be sent again may try it early'],
      ['trial-timeout', 'because a trial was not answered in time'],
    ];
    for (const [reason, words] of because) {
      assert.equal(sentence({ circuit: 'half-open' }, { reason, cause: 'timeout' }), `circuit half-open ${words}`);
    }
  });

  test('names an operator’s word before any other reason', () => {
    assert.equal(sentence({ mode: 'drain', circuit: 'open' }), 'an operator set it to drain');
    assert.equal(sentence({ mode: 'maintenance' }), 'an operator set it to maintenance');
    assert.equal(
      sentence({ circuit: 'open', evidence: { forced: true } }, { reason: 'override' }),
      'circuit forced open by an operator',
    );
    assert.equal(sentence({ evidence: { forced: true, trust: 0.1 } }), 'circuit forced closed by an operator');
  });

  test('names a pause, and for how long', () => {
    assert.equal(
      sentence({ score: 0.2, evidence: { pausedForMs: 7000 } }),
      'it asked for patience; paused for another 7s',
    );
    assert.equal(
      sentence({ circuit: 'open', evidence: { pausedForMs: 7000 } }),
      'circuit open',
      'the circuit keeps it out longer',
    );
  });

  test('names the threshold that a score misses', () => {
    assert.equal(
      sentence({ score: 0.456 }, { cause: 'connect' }),
      'score 0.46 is below healthThreshold 0.5 (last failure: connect)',
    );
    assert.equal(sentence({ score: 0.5 }), 'sound', 'at the threshold it is not below');
  });

  test('names a learned rate, unless something worse is to be said', () => {
    assert.equal(
      sentence({ evidence: { learnedRate: 39.6 } }),
      'takes about 40 requests a second; the rest goes elsewhere',
    );
    assert.match(sentence({ evidence: { learnedRate: 40, pausedForMs: 7000 } }), /paused/);
    assert.match(sentence({ evidence: { learnedRate: 40, trust: 0.5 } }), /slow start/);
  });

  test('names slow start', () => {
    assert.equal(sentence({ health: 'degraded', evidence: { trust: 0.125 } }), 'slow start at 13 % of its share');
  });

  test('of an instance that is absent says that first of all', () => {
    const absent = 'absent from the membership; remembered until forgetAfter';
    assert.equal(sentence({ mode: 'drain', circuit: 'open' }, { isParked: true }), absent);
  });
});

describe('the explanation', () => {
  const explain = (changes: Changes, circumstances: Partial<Circumstances> = {}): string[] =>
    explainInstance(snapshot(changes), { ...calm, ...circumstances });

  test('of a sound instance is three sentences', () => {
    assert.deepEqual(explain({}), [
      'a is eligible: sound.',
      'Its score is 1.00: 0.0 bad of 40.0 recent outcomes, where the rest of the fleet fails at 0.0 %.',
      'It answers in 12.3 ms, 1.0 times the fleet’s median.'.replace('’', "'"),
    ]);
  });

  test('says what the refusals have shown, whatever the reason is', () => {
    assert.match(
      explain({ evidence: { learnedRate: 40, pausedForMs: 1000 } }).join(' '),
      /Its refusals have shown a limit of 40\.0 requests a second/,
    );
    assert.doesNotMatch(explain({}).join(' '), /refusals/);
  });

  test('of one that has not answered yet says nothing of its speed', () => {
    assert.deepEqual(explain({ evidence: { latencyMs: null } }).length, 2);
  });

  test('of a suspect says how near the trip is and what is forecast', () => {
    assert.deepEqual(
      explain({
        score: 0.71,
        slowness: 2.04,
        reason: 'failures were seen',
        evidence: { bad: 2, all: 7, suspicion: 2.04, run: 2, baseline: 0.0123, forecastMs: 40_000 },
      }),
      [
        'a is eligible: failures were seen.',
        'Its score is 0.71: 2.0 bad of 7.0 recent outcomes, where the rest of the fleet fails at 1.2 %.',
        'Suspicion is 2.0 of 5 failures; 2 failed in a row.',
        "It answers in 12.3 ms, 2.0 times the fleet's median.",
        'At this rate its score falls below the threshold in about 40s.',
      ],
    );
  });

  test('of an open circuit says since when, after how many trips, and until when', () => {
    assert.deepEqual(
      explain({
        score: 0,
        circuit: 'open',
        eligible: false,
        reason: 'circuit open',
        nextChangeInMs: 30_000,
        evidence: { latencyMs: null, suspicion: 5, relapses: 2 },
      }),
      [
        'a is not eligible: circuit open.',
        'The circuit has been open for 1.5m, after 2 trips.',
        'Its score is 0.00: 0.0 bad of 40.0 recent outcomes, where the rest of the fleet fails at 0.0 %.',
        'The next change by time alone is in 30s.',
      ],
    );
  });

  test('of a half-open one counts its trials', () => {
    const half: Changes = {
      circuit: 'half-open',
      reason: 'circuit half-open',
      evidence: { latencyMs: null, goodTrials: 3, relapses: 1 },
    };
    assert.deepEqual(explain(half).slice(1, 3), [
      'The circuit has been half-open for 1.5m.',
      '3 of 4 good trials have passed.',
    ]);
    assert.equal(explain(half, { isTrialOut: true })[2], '3 of 4 good trials have passed; one is out.');
  });
});
