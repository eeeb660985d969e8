// The page in a real Chromium, driven by its own command line: a page of frames, one for each width, asks what is in them
// and leaves the answers in its own document, which `--dump-dom` prints. Frames, since a window of Chromium is never
// narrower than 500 px.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { POLICIES } from '../policies/index.ts';
import { SCENARIOS } from '../scenarios/index.ts';
import { renderHtml } from './html.ts';
import { trace } from './trace.ts';

const WIDTHS = [1200, 390, 320] as const;
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const HOSTILE = `</script><script>window.taken = 1</script> "quoted" ${'long'.repeat(40)}`;

interface Answer {
  readonly ready: string | null;
  readonly errors: readonly string[];
  readonly isTaken: boolean;
  readonly title: string;
  readonly requests: number;
  /** Pixels that the page is wider than its window. */
  readonly overflow: number;
  /** Runs that stand side by side. */
  readonly columns: number;
  /** Readouts that stayed empty after each choice of a moment, and how many there are. */
  readonly empty: readonly number[];
  readonly readouts: number;
  /** What the clock says after the slider was moved to a quarter, and after a chart was pointed at in its middle. */
  readonly clocks: readonly string[];
  readonly spoken: string;
  /** Distinct places of the marks of the moment, as shares of their charts. */
  readonly marks: readonly string[];
}

// Runs in the page around the frames. Everything that unfolds is unfolded first, since it must fit as well.
const PROBE = `
addEventListener('load', () => {
  const answers = [...document.querySelectorAll('iframe')].map((frame) => {
    const page = frame.contentDocument, view = frame.contentWindow, errors = [];
    view.addEventListener('error', ({ message }) => errors.push(message));
    for (const details of page.querySelectorAll('details')) details.open = true;
    const slider = page.getElementById('moment');
    const clocks = [], empty = [];
    const readouts = [...page.querySelectorAll('.now')];
    const note = () => {
      clocks.push(page.getElementById('clock').textContent);
      empty.push(readouts.filter(({ textContent }) => textContent === '').length);
    };
    slider.value = slider.max / 4;
    slider.dispatchEvent(new view.Event('input'));
    note();
    const plots = [...page.querySelectorAll('.plot')];
    const box = plots.at(-1).getBoundingClientRect();
    plots.at(-1).dispatchEvent(
      new view.PointerEvent('pointermove', { bubbles: true, clientX: box.left + box.width / 2 }),
    );
    note();
    const marks = plots.map((plot) => {
      const { left, width } = plot.getBoundingClientRect();
      return ((plot.querySelector('.cursor').getBoundingClientRect().left - left) / width).toFixed(2);
    });
    return {
      ready: page.documentElement.dataset.ready ?? null,
      errors,
      isTaken: 'taken' in view,
      title: page.querySelector('h1').textContent,
      requests: view.performance.getEntriesByType('resource').length,
      overflow: page.scrollingElement.scrollWidth - page.scrollingElement.clientWidth,
      columns: new Set([...page.querySelectorAll('section')].map((run) => run.getBoundingClientRect().left)).size,
      empty,
      readouts: readouts.length,
      clocks,
      spoken: slider.getAttribute('aria-valuetext'),
      marks: [...new Set(marks)],
    };
  });
  document.body.dataset.answers = encodeURIComponent(JSON.stringify(answers));
});`;

const chromium = findOnPath(NAMES);

test(
  'a page works in a browser, at the width of a desk and of a phone, whatever its names are',
  { skip: chromium === undefined && `there is none of ${NAMES.join(', ')}` },
  async () => {
    const scenario = { ...SCENARIOS.find(({ name }) => name === 'flapping')!, doc: HOSTILE };
    const runs = ['hale', 'random'].map((name) => ({
      ...trace(
        scenario,
        POLICIES.find((policy) => policy.name === name)!,
        1,
      ),
      name: `${name} ${HOSTILE}`,
      regret: 1,
    }));
    const answers = await ask(renderHtml({ title: HOSTILE, runs, scenario }));
    assert.equal(answers.length, WIDTHS.length);
    for (const [at, answer] of answers.entries()) {
      const where = `at ${WIDTHS[at]} px`;
      const { ready, errors, isTaken, title, requests, overflow, columns, empty, readouts, marks, spoken } = answer;
      assert.deepEqual([ready, errors, isTaken, requests], ['true', [], false, 0], where);
      assert.equal(title, HOSTILE, where);
      assert.equal(overflow, 0, where);
      assert.equal(columns, WIDTHS[at] > 1000 ? 2 : 1, where);
      // Two of the fleet and eight instances, for each run.
      assert.deepEqual([readouts, empty], [20, [0, 0]], where);
      assert.deepEqual(answer.clocks, ['20.0 s', '40.1 s'], where);
      assert.match(spoken, /^40\.1 s; hale .*: [\d.]+\/s lost; random .*: [\d.]+\/s lost$/, where);
      assert.deepEqual(marks, ['0.50'], where);
    }
  },
);

/** What the probe found, for each width. */
async function ask(html: string): Promise<readonly Answer[]> {
  const folder = mkdtempSync(join(tmpdir(), 'hale-page-'));
  try {
    const quoted = html.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
    const frames = WIDTHS.map(
      (width) => `<iframe style="width:${width}px;height:800px;border:0" srcdoc="${quoted}"></iframe>`,
    );
    const file = join(folder, 'frames.html');
    writeFileSync(file, `<!doctype html><meta charset="utf-8"><body><script>${PROBE}</script>${frames.join('')}`);
    const { stdout } = await promisify(execFile)(
      chromium!,
      [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--no-first-run',
        `--user-data-dir=${join(folder, 'profile')}`,
        '--dump-dom',
        file,
      ],
      { timeout: 30_000, maxBuffer: 32 * 1024 * 1024 },
    );
    const answers = /data-answers="([^"]+)"/.exec(stdout)?.[1];
    assert.ok(answers !== undefined, `the probe left no answer: ${stdout.slice(0, 500)}`);
    return JSON.parse(decodeURIComponent(answers)) as Answer[];
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function findOnPath(names: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return names
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
