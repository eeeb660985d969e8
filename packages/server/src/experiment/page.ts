// The page of `--html`: one scenario, the first seed, the policies side by side.

import { writeFile } from 'node:fs/promises';
import type { PolicyEntry, Scenario } from 'hale/sim';
import { POLICIES, cost, measure, renderHtml, trace } from 'hale/sim';

/** More side by side than this nobody compares, and each run is a page of its own height. */
const MOST_ON_A_PAGE = 4;

/** Writes it; the answer is undefined, or the code of the error that kept it from being written. */
export async function writePage(
  file: string,
  scenario: Scenario,
  policies: readonly PolicyEntry[],
  seed: number,
): Promise<string | undefined> {
  // Of the same seed as the rest of the page, and not the mean of the table.
  const floor = cost(
    measure(
      scenario,
      POLICIES.find(({ name }) => name === 'oracle')!,
      seed,
    ),
  );
  const runs = policies.slice(0, MOST_ON_A_PAGE).map((policy) => {
    const { figures, timeline } = trace(scenario, policy, seed);
    return { name: policy.name, figures, timeline, regret: cost(figures) - floor };
  });
  const html = renderHtml({ title: `${scenario.name}, seed ${seed}`, scenario, runs });
  try {
    await writeFile(file, html);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  }
}
