// The same for a pipe or a log: one line a second, and no escape ever.

import { formatMs, formatNumber } from './screen.ts';
import type { DemoView } from './view.ts';

/** What is going on, e.g. `  12 s  lost of 1,200: hale 0, round robin 34, naive rule 12  faults: b crash: refuses`. */
export function plainLine({ elapsedMs, tallies, instances }: DemoView): string {
  const losses = tallies.map(({ name, lost }) => `${name} ${formatNumber(lost)}`).join(', ');
  const faults = instances.filter(({ fault }) => fault !== '').map(({ id, fault }) => `${id} ${fault}`);
  const seconds = String(Math.floor(elapsedMs / 1000)).padStart(4);
  const now = faults.length > 0 ? `  faults: ${faults.join(', ')}` : '';
  return `${seconds} s  lost of ${formatNumber(tallies[0]?.requests ?? 0)}: ${losses}${now}`;
}

/** The end: a table of what each policy lost and how long its answers took, and how it was judged. */
export function summaryLines(view: DemoView): string[] {
  const rows = [
    ['', 'requests', 'lost', 'share', 'p50', 'p99', 'how'],
    ...view.tallies.map(({ name, requests, lost, p50Ms, p99Ms, reasons }) => [
      name,
      formatNumber(requests),
      formatNumber(lost),
      requests > 0 ? `${((lost / requests) * 100).toFixed(2)} %` : '-',
      formatMs(p50Ms),
      formatMs(p99Ms),
      Object.entries(reasons)
        .sort((a, b) => b[1] - a[1])
        .slice(0, 2)
        .map(([reason, count]) => `${formatNumber(count)} x ${reason.replace('status ', '')}`)
        .join(', '),
    ]),
  ];
  const widths = [11, 8, 6, 7, 6, 8];
  const table = rows.map((row) =>
    row
      .map((cell, at) =>
        at === 0 ? cell.padEnd(widths[0]) : at < widths.length ? cell.padStart(widths[at]) : ` ${cell}`,
      )
      .join(' ')
      .trimEnd(),
  );
  return [
    ...table,
    '',
    `${Math.round(view.elapsedMs / 1000)} s, seed ${view.seed}. The same arrivals and faults for all three, over real HTTP.`,
    'hale and round robin may retry a request once, after no answer or an answer that',
    "blames the instance (5xx). The naive rule is the specification's by the letter:",
    'five errors in a row and an instance is out, here for 10 s as with hale; it',
    'knows no retry.',
    'A good request (GET, or PUT, which may be repeated) is lost when its client gets',
    'an error, a time-out or half a body. Poison requests, bad everywhere, do not',
    'count. Latency runs from the moment a request was due.',
    '',
    verdict(view),
  ];
}

function verdict({ tallies }: DemoView): string {
  const bad = tallies[0]?.lostWhileSound ?? 0;
  return bad === 0
    ? 'hale lost no good request while a sound instance existed.'
    : `hale lost ${formatNumber(bad)} good requests while a sound instance existed: that is a defect.`;
}
