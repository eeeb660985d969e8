import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { POLICIES } from '../policies/index.ts';
import type { Scenario } from '../scenario.ts';
import { scenario } from '../scenarios/index.ts';
import { stepArea, stepPath } from './html-path.ts';
import { PAGE_STYLE } from './html-style.ts';
import type { PageRun } from './html.ts';
import { renderHtml } from './html.ts';
import { trace } from './trace.ts';

const twelve = scenario({
  name: 'twelve',
  doc: 'one of twelve crashes',
  fleet: { instances: 12 },
  script: [{ at: 20_000, until: 50_000, instance: '3', fault: { name: 'refuse' } }],
  watched: { instance: 3, failsAtMs: 20_000, healsAtMs: 50_000 },
});
const runs = ['hale', 'random'].map((name) => run(name, twelve));
const page = renderHtml({ title: 'Two policies', runs, scenario: twelve });

function run(name: string, of: Scenario): PageRun {
  return {
    name,
    ...trace(
      of,
      POLICIES.find((policy) => policy.name === name)!,
      1,
    ),
  };
}

describe('the page of a run', () => {
  test('stays under 400 kB with twelve instances and two runs', () => {
    assert.ok(Buffer.byteLength(page) < 400_000, `${Buffer.byteLength(page)}`);
  });

  test('asks the network for nothing, and forbids itself to', () => {
    assert.match(page, /content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"/);
    assert.doesNotMatch(page, /\b(?:src|href|action|srcset)=|url\(|@import|https?:|\bfetch\(/);
  });

  test('lets no name become a part of it', () => {
    const hostile = `</script><script>window.taken=1</script><img onerror='x' alt="&amp;">`;
    const named = { ...runs[0], name: hostile, timeline: { ...runs[0].timeline, scenario: hostile, policy: hostile } };
    const text = renderHtml({ title: hostile, runs: [named], scenario: { ...twelve, name: hostile, doc: hostile } });
    assert.doesNotMatch(text, /<img/);
    // Its own two script elements, and their ends.
    assert.equal(text.split('<script').length - 1, 2);
    assert.equal(text.split('</script').length - 1, 2);
    const data = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(text)![1];
    assert.equal((JSON.parse(data) as { name: string }[])[0].name, hostile);
  });

  test('draws an instance in the same row of each run, the worst of the first one first', () => {
    const order = page
      .split('<section')
      .slice(1)
      .map((part) => [...part.matchAll(/<b>Instance (\d+)/g)].map(([, at]) => at));
    assert.equal(order.length, 2);
    assert.deepEqual(order[0], order[1]);
    assert.deepEqual([order[0][0], order[0].length], ['3', 12]);
  });

  test('shades when the fault was at work, and shows when the circuit was open in the run that has circuits', () => {
    const [hale, random] = page.split('<section').slice(1);
    // 20 s to 50 s of 80 s.
    for (const part of [hale, random]) assert.match(part, /<i class="fault" style="left:25%;width:37.5%">/);
    assert.match(hale, /<i class="open" style="left:2[56]\.\d+%;width:3\d/);
    assert.doesNotMatch(random, /class="(?:open|half-open|circuit|score)"/);
  });

  test('says in words what each chart shows', () => {
    const labels = [...page.matchAll(/role="img" aria-label="([^"]+)"/g)].map(([, label]) => label);
    assert.equal(labels.length, page.split('class="plot"').length - 1);
    assert.ok(
      labels.some((label) =>
        /^Instance 3: [\d.]+ % of all attempts, \d+ failed; faults: crash: refuses, 20 s to 50 s; lowest score 0, circuit not closed for \d/.test(
          label,
        ),
      ),
    );
    assert.ok(labels.some((label) => label.endsWith('its policy has no score and no circuit')));
  });

  test('has a row for regret when a run has one, and a mark for one that has none', () => {
    assert.doesNotMatch(page, />Regret</);
    const text = renderHtml({ title: '', runs: [{ ...runs[0], regret: 0.1234 }, runs[1]], scenario: twelve });
    assert.match(text, />Regret<small>[^<]*<\/small><\/th><td>0\.123<\/td><td>–<\/td>/);
  });

  test('shows what was lost, how long the watched instance took, and nothing where nothing was watched', () => {
    const { lostRequests, detectMs } = runs[0].figures;
    assert.ok(page.includes(`>Lost<small>got no good answer</small></th><td>${lostRequests} (`));
    assert.ok(detectMs !== undefined);
    assert.match(page, />Detected after<small>[^<]*<\/small><\/th><td>[\d.]+ s<\/td><td>–<\/td>/);
  });

  test('says which instances of a large fleet it does not show', () => {
    const large = scenario({ name: 'large', doc: '', lengthMs: 1000, fleet: { instances: 100 } });
    const text = renderHtml({ title: '', runs: [run('random', large)], scenario: large });
    assert.match(text, /<summary>56 more<\/summary>/);
    assert.match(text, /36 instances of this fleet are not shown/);
  });

  test('bears to be asked for no run at all', () => {
    assert.match(renderHtml({ title: 'none', runs: [], scenario: twelve }), /<h1>none<\/h1>/);
  });
});

describe('the path of a series', () => {
  test('is a step for each value, equal ones in one move', () => {
    assert.equal(stepPath([0, 0, 1, 0.5], 1), 'M0 100h2v-100h1v50h1');
  });

  test('breaks where there is no value, and draws at the top what is above it', () => {
    assert.equal(stepPath([1, null, null, 7], 2), 'M0 50h1M3 0h1');
    assert.equal(stepPath([], 1), '');
  });

  test('closes as an area on the ground', () => {
    assert.equal(stepArea([0.5, null], 1), 'M0 100V50h1v50h1V100Z');
  });
});

// The formula of WCAG 2: (lighter + .05) / (darker + .05).
describe('the colours', () => {
  const [light, dark] = PAGE_STYLE.split('@media (prefers-color-scheme: dark)').map(colours);

  for (const [name, theme] of [
    ['light', light],
    ['dark', dark],
  ] as const) {
    test(`have enough contrast when it is ${name}: 4.5 for text, 3 for shapes`, () => {
      for (const ground of ['ground', 'panel']) {
        for (const text of ['ink', 'quiet'])
          assert.ok(contrast(theme[text], theme[ground]) >= 4.5, `${text} on ${ground}`);
        for (const shape of ['share', 'score', 'fault', 'open', 'half', 'latency'])
          assert.ok(contrast(theme[shape], theme[ground]) >= 3, `${shape} on ${ground}`);
      }
    });
  }
});

function colours(css: string): Record<string, string> {
  const block = css.slice(0, css.indexOf('}'));
  return Object.fromEntries([...block.matchAll(/--([\w-]+): (#[\da-f]+);/g)].map(([, name, colour]) => [name, colour]));
}

function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const digits = colour.length === 4 ? colour.replace(/[\da-f]/g, '$&$&') : colour;
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(digits.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
