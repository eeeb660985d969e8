// A run, or several beside each other, as one page that needs nothing but a browser: it can be mailed, kept with an
// incident, or opened where there is no network.
//
// It asks for nothing: no font, no library, no picture, and its policy (CSP) forbids that it ever should. Curves are drawn
// here and not by the page's script, so that they are seen without it; the script adds one thing, the values of a moment,
// in all charts at once. A native slider is that moment's control, so keys, touch and screen readers work as they do
// everywhere.

import type { Figures, Timeline } from '../measures/index.ts';
import type { Scenario } from '../scenario.ts';
import { runCharts } from './html-charts.ts';
import type { Scales } from './html-charts.ts';
import { figuresTable } from './html-figures.ts';
import { instancesTable } from './html-instances.ts';
import { PAGE_SCRIPT } from './html-script.ts';
import { PAGE_STYLE } from './html-style.ts';
import { escaped, scriptJson } from './html-text.ts';
import { grouped, niceCeiling, seconds } from './numbers.ts';
import { largest, sharesOf, worstFirst } from './view.ts';

export interface PageInput {
  readonly title: string;
  /** Two stand side by side where there is room. Instances are in the order of the first one: the worst of it first. */
  readonly runs: readonly PageRun[];
  readonly scenario: Scenario;
}

export interface PageRun {
  readonly name: string;
  readonly figures: Figures;
  readonly timeline: Timeline;
  /** In points; the run's cost beyond the oracle's on the same requests. */
  readonly regret?: number | undefined;
}

/** The whole page, as text in UTF-8. */
export function renderHtml({ title, runs, scenario }: PageInput): string {
  const scales = scalesOf(runs);
  const order = runs.length > 0 ? worstFirst(runs[0].timeline).map(({ instance }) => instance) : [];
  const sections = runs.map(
    ({ name, timeline }, run) => `<section aria-labelledby="run-${run}">
<h2 id="run-${run}">${escaped(name)}</h2>
${runCharts(timeline, order, scales, run)}
</section>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<header>
<h1>${escaped(title)}</h1>
<p>${escaped(sentence(scenario))}</p>
<p class="facts">${escaped(factsOf(scenario, runs))}</p>
</header>
<div class="moment" hidden><label for="moment">Moment</label>
<input id="moment" type="range" min="0" max="${scales.lengthMs}" step="${runs[0]?.timeline.stepMs ?? 100}" value="${firstMoment(runs)}">
<output for="moment" id="clock"></output></div>
<main>
${figuresTable(runs)}
${LEGEND}
<div class="runs">
${sections.join('\n')}
</div>
${instancesTable(runs)}
</main>
<script type="application/json" id="data">${scriptJson(dataOf(runs))}</script>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;
}

const LEGEND = `<ul class="legend" aria-label="How to read the charts">
<li><i class="key share"></i>share of the traffic (area)</li>
<li><i class="key score"></i>score, 0 to 1 (dashed line)</li>
<li><i class="key fault"></i>fault at work (hatched)</li>
<li><i class="key open"></i>circuit open (tall bar below)</li>
<li><i class="key half-open"></i>half-open (low bar)</li>
</ul>`;

function sentence({ doc }: Scenario): string {
  return doc === '' ? '' : `${doc[0].toUpperCase()}${doc.slice(1)}${/[.!?]$/.test(doc) ? '' : '.'}`;
}

function factsOf({ name, fleet, balancers, lengthMs, judgedFromMs }: Scenario, runs: readonly PageRun[]): string {
  const seeds = [...new Set(runs.map(({ timeline }) => timeline.seed))];
  return [
    `Scenario ${name}`,
    count(fleet.instances, 'instance'),
    count(balancers, 'balancer'),
    `${seconds(lengthMs)} of virtual time`,
    `${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')}`,
    ...(judgedFromMs > 0 ? [`figures count what arrives from ${seconds(judgedFromMs)} on`] : []),
  ].join(' \u00b7 ');
}

function count(number: number, noun: string): string {
  return `${grouped(number)} ${noun}${number === 1 ? '' : 's'}`;
}

function scalesOf(runs: readonly PageRun[]): Scales {
  const timelines = runs.map(({ timeline }) => timeline);
  const most = (values: (timeline: Timeline) => readonly (number | null)[]): number =>
    niceCeiling(largest(timelines.flatMap(values)));
  return {
    lengthMs: largest(timelines.map(({ lengthMs }) => lengthMs)),
    share: most((timeline) => timeline.instances.flatMap((instance) => sharesOf(timeline, instance))),
    lostPerSecond: most(({ lostPerSecond }) => lostPerSecond),
    latencyMs: most(({ medianMs }) => medianMs),
  };
}

/** Shortly after the first fault begins, which is what one looks for first; without any, the middle. */
function firstMoment(runs: readonly PageRun[]): number {
  const [first] = runs;
  if (first === undefined) return 0;
  const { instances, lengthMs, stepMs } = first.timeline;
  const begins = instances.flatMap(({ faults }) => faults.map(({ fromMs }) => fromMs)).filter((ms) => ms > 0);
  const at = begins.length > 0 ? Math.min(...begins) + 2 * stepMs : lengthMs / 2;
  return Math.min(lengthMs, Math.round(at / stepMs) * stepMs);
}

// What the script shows of a moment; circuits as one letter each.
function dataOf(runs: readonly PageRun[]): unknown {
  return runs.map(({ name, timeline }) => ({
    name,
    stepMs: timeline.stepMs,
    lost: timeline.lostPerSecond,
    latency: timeline.medianMs,
    all: timeline.attempts,
    instances: timeline.instances.map(({ attempts, failed, beliefs }) => ({
      sent: attempts,
      failed,
      score: beliefs?.score ?? null,
      circuit: beliefs?.circuit.map((circuit) => circuit[0]).join('') ?? null,
    })),
  }));
}
