// The charts of one run: the fleet's losses and latency, then a strip for each instance with its share as an area, its
// score as a line, its faults as hatched spans behind, and its circuit as a band below.
//
// A strip for each, rather than a line for each in one chart: twelve lines of one chart need twelve colours that nobody
// can tell apart. So colour carries nothing by itself: a circuit's state is also a height, a fault is also a pattern with
// its name above. Curves are stretched to the width of the screen, so whatever must not be (hatches, marks, text) is HTML
// that lies over them.

import type { FaultSpan, InstanceTimeline, Timeline } from '../measures/index.ts';
import { stepArea, stepPath } from './html-path.ts';
import { escaped } from './html-text.ts';
import { grouped, milliseconds, percent, seconds, trim } from './numbers.ts';
import { circuitSpans, largest, outMs, sharesOf, sum } from './view.ts';

/** Ends of the axes, the same for all runs of a page, so that heights can be compared. */
export interface Scales {
  /** The whole width. */
  readonly lengthMs: number;
  readonly share: number;
  readonly lostPerSecond: number;
  readonly latencyMs: number;
}

const SHOWN_AT_ONCE = 8;

/** `order`: the numbers of the instances, the same for all runs of a page, so that rows beside each other are of one. */
export function runCharts(timeline: Timeline, order: readonly number[], scales: Scales, run: number): string {
  const place = new Map(order.map((instance, at) => [instance, at]));
  const rank = ({ instance }: InstanceTimeline): number => place.get(instance) ?? order.length + instance;
  const strips = [...timeline.instances]
    .sort((a, b) => rank(a) - rank(b))
    .map((instance) => instanceStrip(timeline, instance, scales, run));
  const unseen = timeline.fleetSize - timeline.instances.length;
  const rest = strips.slice(SHOWN_AT_ONCE);
  return [
    fleetStrip(timeline, scales, run, 'lost'),
    fleetStrip(timeline, scales, run, 'latency'),
    timeAxis(scales.lengthMs),
    '<h3>Instances</h3>',
    ...strips.slice(0, SHOWN_AT_ONCE),
    timeAxis(scales.lengthMs),
    ...(rest.length > 0
      ? [`<details><summary>${rest.length} more</summary>`, ...rest, timeAxis(scales.lengthMs), '</details>']
      : []),
    ...(unseen > 0 ? [`<p>${grouped(unseen)} instances of this fleet are not shown.</p>`] : []),
  ].join('\n');
}

function fleetStrip(timeline: Timeline, scales: Scales, run: number, kind: 'lost' | 'latency'): string {
  const isLost = kind === 'lost';
  const values = isLost ? timeline.lostPerSecond : timeline.medianMs;
  const top = isLost ? scales.lostPerSecond : scales.latencyMs;
  const most = largest(values);
  const peak = isLost ? `${trim(most.toFixed(1))}/s` : milliseconds(most);
  const name = isLost ? 'Lost requests per second' : 'Median latency';
  const drawn = isLost
    ? `<path class="lost" d="${stepArea(values, top)}"/>`
    : `<path class="latency" d="${stepPath(values, top)}"/>`;
  return strip({
    head: `<b>${name}</b>`,
    of: `${run} ${kind}`,
    label: `${name} over time; at most ${peak}`,
    top: isLost ? `${trim(String(top))}/s` : milliseconds(top),
    curves: svg(timeline, scales, drawn),
  });
}

function instanceStrip(timeline: Timeline, instance: InstanceTimeline, scales: Scales, run: number): string {
  const { instance: number, faults, beliefs } = instance;
  const shares = sharesOf(timeline, instance);
  const score = beliefs === null ? '' : `<path class="score" d="${stepPath(beliefs.score, 1)}"/>`;
  const spans = faults.map((fault) => `<i class="fault" style="${extent(fault, scales)}"></i>`).join('');
  const circuits = circuitSpans(timeline, instance)
    .map((span) => `<i class="${span.circuit}" style="${extent(span, scales)}"></i>`)
    .join('');
  return strip({
    head: `<b>Instance ${number}</b> ${faults.length > 0 ? `<span class="faults">${escaped(faultWords(faults))}</span>` : ''}`,
    of: `${run} ${timeline.instances.indexOf(instance)}`,
    label: summary(timeline, instance),
    top: percent(scales.share),
    behind: spans,
    curves: svg(timeline, scales, `<path class="share" d="${stepArea(shares, scales.share)}"/>${score}`),
    below: beliefs === null ? '' : `<div class="circuit">${circuits}</div>`,
  });
}

interface Strip {
  readonly head: string;
  /** Whose values the script writes here. */
  readonly of: string;
  readonly label: string;
  /** The end of the y axis, as text. */
  readonly top: string;
  readonly behind?: string;
  readonly curves: string;
  readonly below?: string;
}

function strip({ head, of, label, top, behind = '', curves, below = '' }: Strip): string {
  return `<div class="strip"><p class="head">${head}</p><p class="now" data-of="${of}"></p>
<div class="plot" role="img" aria-label="${escaped(label)}">${behind}${curves}<span class="top">${escaped(top)}</span>${below}<i class="cursor"></i></div></div>`;
}

function svg({ stepMs }: Timeline, scales: Scales, curves: string): string {
  const width = trim((scales.lengthMs / stepMs).toFixed(3));
  // A little room above, or a score of 1 would lie on the edge. The last step may reach beyond the end; the view does not.
  return `<svg viewBox="0 -6 ${width} 106" preserveAspectRatio="none" aria-hidden="true">${curves}</svg>`;
}

function extent({ fromMs, untilMs }: { fromMs: number; untilMs: number }, { lengthMs }: Scales): string {
  const share = (ms: number): string => trim(((100 * ms) / lengthMs).toFixed(2));
  return `left:${share(fromMs)}%;width:${share(untilMs - fromMs)}%`;
}

function timeAxis(lengthMs: number): string {
  const ticks = [0, 0.25, 0.5, 0.75, 1].map(
    (part) => `<span style="left:${100 * part}%">${seconds(part * lengthMs)}</span>`,
  );
  return `<div class="axis" aria-hidden="true">${ticks.join('')}</div>`;
}

/** `slow x10 20 s to 50 s`; of many spans the first two and how many more. */
function faultWords(faults: readonly FaultSpan[]): string {
  const words = faults.map(({ label, fromMs, untilMs }) => `${label}, ${seconds(fromMs)} to ${seconds(untilMs)}`);
  return words.slice(0, 2).join('; ') + (words.length > 2 ? `; ${words.length - 2} more` : '');
}

/** What the strip shows, for those who do not see it. */
function summary(timeline: Timeline, instance: InstanceTimeline): string {
  const { instance: number, attempts, failed, beliefs, faults } = instance;
  const share = sum(attempts) / Math.max(1, sum(timeline.attempts));
  const parts = [
    `Instance ${number}: ${percent(share)} of all attempts, ${grouped(sum(failed))} failed`,
    ...(faults.length > 0 ? [`faults: ${faultWords(faults)}`] : []),
    beliefs === null
      ? 'its policy has no score and no circuit'
      : `lowest score ${Math.min(...beliefs.score)}, circuit not closed for ${seconds(outMs(timeline, instance))}`,
  ];
  return parts.join('; ');
}
