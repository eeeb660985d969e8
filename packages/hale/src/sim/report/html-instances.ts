// The charts as text: what each instance of each run got, what of it failed, and how long it was out.

import type { PageRun } from './html.ts';
import { escaped } from './html-text.ts';
import { grouped, percent, seconds } from './numbers.ts';
import { outMs, sum, worstFirst } from './view.ts';

export function instancesTable(runs: readonly PageRun[]): string {
  const rows = runs.flatMap(({ name, timeline }) => {
    const all = Math.max(1, sum(timeline.attempts));
    return worstFirst(timeline).map((instance) => {
      const { attempts, failed, beliefs, faults } = instance;
      const [sent, bad] = [sum(attempts), sum(failed)];
      const cells = [
        instance.instance,
        percent(sent / all),
        grouped(sent),
        grouped(bad),
        beliefs === null ? '\u2013' : Math.min(...beliefs.score),
        beliefs === null ? '\u2013' : seconds(outMs(timeline, instance)),
        [...new Set(faults.map(({ label }) => label))].join(', '),
      ];
      return `<tr><th scope="row">${escaped(name)}</th>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`;
    });
  });
  const head = ['Run', ...COLUMNS].map((column) => `<th scope="col">${column}</th>`).join('');
  return `<details class="table"><summary>The charts as a table</summary>
<div class="wide" role="region" aria-labelledby="instances" tabindex="0"><table>
<caption id="instances">Instances of each run, worst first</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody></table></div></details>`;
}

const COLUMNS = ['Instance', 'Share', 'Attempts', 'Failed', 'Lowest score', 'Not closed for', 'Faults'];
