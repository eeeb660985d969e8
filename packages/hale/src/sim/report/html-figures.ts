// The figures of the runs as a table: one row for each figure, one column for each run, so that two policies are compared
// along a line.

import type { Figures } from '../measures/index.ts';
import { cost } from '../measures/index.ts';
import { escaped } from './html-text.ts';
import { grouped, milliseconds, percent, seconds } from './numbers.ts';

interface Measured {
  readonly name: string;
  readonly figures: Figures;
  readonly regret?: number | undefined;
}

interface Row {
  readonly name: string;
  readonly doc: string;
  readonly value: (run: Measured) => string;
}

const NONE = '\u2013';

const ROWS: readonly Row[] = [
  { name: 'Requests', doc: 'judged ones: no poison', value: ({ figures }) => grouped(figures.requests) },
  {
    name: 'Lost',
    doc: 'got no good answer',
    value: ({ figures }) => `${grouped(figures.lostRequests)} (${percent(figures.lost)})`,
  },
  { name: 'Latency, median', doc: 'of good answers', value: ({ figures }) => milliseconds(figures.p50Ms) },
  { name: 'Latency, p99', doc: 'of good answers', value: ({ figures }) => milliseconds(figures.p99Ms) },
  { name: 'Latency, p99.9', doc: 'of good answers', value: ({ figures }) => milliseconds(figures.p999Ms) },
  {
    name: 'Extra attempts',
    doc: 'retries and hedges, as a share of the requests',
    value: ({ figures }) => percent(figures.extra),
  },
  {
    name: 'Detected after',
    doc: 'until the watched instance had less than 30 % of its fair share',
    value: ({ figures }) => optional(figures.detectMs),
  },
  {
    name: 'Restored after',
    doc: 'until it had 70 % of its fair share again; 30 s at most',
    value: ({ figures }) => optional(figures.restoreMs),
  },
  { name: 'Ejections', doc: 'instances taken out', value: ({ figures }) => grouped(figures.ejections) },
  { name: 'Wrongful', doc: 'ejections without a fault', value: ({ figures }) => grouped(figures.wrongful) },
  { name: 'Flaps', doc: 'ejections of one ejected before', value: ({ figures }) => grouped(figures.flaps) },
  { name: 'Cost', doc: 'in points: one is 1 % of the requests lost', value: ({ figures }) => cost(figures).toFixed(3) },
];

const REGRET: Row = {
  name: 'Regret',
  doc: 'cost beyond the oracle’s on the same requests',
  value: ({ regret }) => regret?.toFixed(3) ?? NONE,
};

export function figuresTable(runs: readonly Measured[]): string {
  const rows = runs.some(({ regret }) => regret !== undefined) ? [...ROWS, REGRET] : ROWS;
  const head = runs.map(({ name }) => `<th scope="col">${escaped(name)}</th>`).join('');
  const body = rows.map(({ name, doc, value }) => {
    const cells = runs.map((run) => `<td>${escaped(value(run))}</td>`).join('');
    return `<tr><th scope="row">${name}<small>${doc}</small></th>${cells}</tr>`;
  });
  return `<div class="wide" role="region" aria-labelledby="figures" tabindex="0"><table class="figures">
<caption id="figures">Figures. ${NONE}: not watched, or it never came.</caption>
<thead><tr><th scope="col">Figure</th>${head}</tr></thead>
<tbody>
${body.join('\n')}
</tbody></table></div>`;
}

function optional(ms: number | undefined): string {
  return ms === undefined ? NONE : seconds(ms);
}
