// The page of `--html`: one scenario, the first seed, the policies side by side.

import { writeFile } from 'node:fs/promises';
import type { PolicyEntry, Row, Scenario } from 'hale/sim';
import { renderHtml, trace } from 'hale/sim';

/** More side by side than this nobody compares, and each run is a page of its own height. */
const MOST_ON_A_PAGE = 4;

/** Writes it; the answer is undefined, or the code of the error that kept it from being written. */
export async function writePage(
  file: string,
  scenario: Scenario,
  policies: readonly PolicyEntry[],
  seed: number,
  rows: readonly Row[],
): Promise<string | undefined> {
  const runs = policies.slice(0, MOST_ON_A_PAGE).map((policy) => {
    const regret = rows.find((row) => row.policy === policy.name)?.regret.mean;
    return { name: policy.name, ...trace(scenario, policy, seed), ...(regret !== undefined && { regret }) };
  });
  const html = renderHtml({ title: `${scenario.name}, seed ${seed}`, scenario, runs });
  try {
    await writeFile(file, html);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  }
}
