import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fault } from './errors.ts';
import { defaultOf, PRESETS } from './knob.ts';
import { KNOBS } from './knobs.ts';
import { expectation, readKnob } from './settings.ts';

test('every knob is documented, with what both extremes do', () => {
  for (const { key, doc, low, high } of KNOBS) {
    assert.match(doc, /^[A-Z].{8,}\.$/, key);
    assert.ok(low.length > 5 && high.length > 5, key);
    assert.notEqual(low, high, key);
  }
});

test('keys are unique, camelCase, at most two deep, and none is a whole group', () => {
  const keys = KNOBS.map(({ key }) => key);
  assert.equal(new Set(keys).size, keys.length);
  for (const key of keys) {
    assert.match(key, /^[a-z][A-Za-z]*(\.[a-z][A-Za-z]*)?$/);
    assert.ok(!keys.some((other) => other.startsWith(`${key}.`)), `${key} is a knob and a group`);
  }
});

test('every default of every preset is accepted by its own knob', () => {
  for (const preset of PRESETS) {
    for (const knob of KNOBS) {
      const faults: Fault[] = [];
      const value = defaultOf(knob, preset);
      // As text: 0.2 s as a bare number would be asked about.
      const given = knob.kind === 'duration' ? `${String(value)}ms` : value;
      assert.equal(readKnob(knob, given, faults), value, `${preset} ${knob.key}`);
      assert.deepEqual(faults, []);
    }
  }
});

test('ranges are ordered, finite and in their unit', () => {
  for (const { key, kind, min, max, choices, open } of KNOBS) {
    if (kind === 'choice') {
      assert.ok(choices !== undefined && new Set(choices).size >= 2, key);
      continue;
    }
    assert.equal(choices, undefined, key);
    assert.ok(Number.isFinite(min) && Number.isFinite(max) && min < max && min >= 0, key);
    if (kind === 'ratio') assert.ok(max === 1, key);
    if (kind === 'count') assert.ok(Number.isInteger(min) && Number.isInteger(max) && !open, key);
  }
});

test('both ends of a range are accepted, or both refused when it is open; beyond them nothing is', () => {
  for (const knob of KNOBS) {
    if (knob.kind === 'choice' || knob.kind === 'boolean') continue;
    const accepts = (value: number): boolean =>
      readKnob(knob, knob.kind === 'duration' && value >= 0 ? `${value}ms` : value, []) !== undefined;
    for (const end of [knob.min, knob.max]) assert.equal(accepts(end), !knob.open, `${knob.key} ${end}`);
    const step = knob.kind === 'count' || knob.kind === 'duration' ? 1 : 0.01;
    assert.equal(accepts(knob.max + step), false, knob.key);
    assert.equal(accepts(knob.min - step), false, knob.key);
    assert.equal(accepts((knob.min + Math.min(knob.max, knob.min + 2)) / 2), true, knob.key);
  }
});

test('the specification preset has the six defaults of the specification', () => {
  const six = {
    checkInterval: 30_000,
    healthThreshold: 0.5,
    recoveryThreshold: 0.8,
    circuitBreakThreshold: 5,
    recoveryWindow: 300_000,
    minHealthyInstances: 1,
  };
  for (const [key, value] of Object.entries(six)) {
    const knob = KNOBS.find((candidate) => candidate.key === key);
    assert.ok(knob);
    assert.equal(defaultOf(knob, 'specification'), value, key);
  }
});

test('the longest window survives four doublings of backoff and jitter in 31 bits of milliseconds', () => {
  const longest = Math.max(...KNOBS.filter(({ key }) => key === 'recoveryWindow').map(({ max }) => max));
  assert.ok(longest * 4 * 1.2 < 2 ** 31);
});

test('what a knob expects is said in words', () => {
  for (const knob of KNOBS) {
    const text = expectation(knob);
    assert.ok(text.length > 10 && text.length < 120 && !/undefined|NaN|\?/.test(text), `${knob.key}: ${text}`);
  }
});
