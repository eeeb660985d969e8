// What node's test runner says, one JSON object a line, for a script to read.
//
// Why not read TAP: names with `#` are escaped in it, a skip is a comment, and the file of a test is not in it at all.
// Written with writeSync, so that what has happened is on disk even when the process hangs or is ended from outside.

import { openSync, writeSync } from 'node:fs';
import type { TestEvent } from 'node:test/reporters';

/** One line of the report. A suite only ends: it holds tests and proves nothing itself. */
export interface Line {
  readonly event: 'began' | 'ended' | 'passed' | 'failed' | 'skipped' | 'coverage' | 'open';
  readonly file: string;
  readonly name: string;
  /** With `failed`: what was thrown. With `coverage`: a row of the table. With `open`: what keeps a silent process from ending. */
  readonly text?: string;
}

export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const out = openSync(process.env['HALE_TEST_REPORT'] ?? '/dev/null', 'a');
  const write = (line: Line): void => void writeSync(out, `${JSON.stringify(line)}\n`);
  // The loop has ended by itself: nothing was left that could go on. Node 26 can spin for ever while it takes down sockets
  // that were never closed; leaving inside the last event spares it the work.
  process.once('exit', () => process.exit());
  let silence: NodeJS.Timeout | undefined;
  for await (const event of source) {
    clearTimeout(silence);
    silence = setTimeout(() => {
      write({ event: 'open', file: '', name: '', text: process.getActiveResourcesInfo().join(', ') });
    }, SILENCE_MS).unref();
    if (event.type === 'test:dequeue') {
      write({ event: 'began', file: event.data.file ?? '', name: event.data.name });
    } else if (event.type === 'test:pass' || event.type === 'test:fail') {
      const { data } = event;
      const name = data.name;
      const file = data.file ?? '';
      const isSuite = data.details.type === 'suite';
      if (event.type === 'test:fail') {
        // A suite fails when one of its tests does; it is news only when its own hooks or body threw.
        const error = event.data.details.error;
        if (isSuite && 'failureType' in error && error.failureType === 'subtestsFailed')
          write({ event: 'ended', file, name });
        else write({ event: 'failed', file, name, text: describe(error) });
      } else if (isSuite && data.skip === undefined) {
        write({ event: 'ended', file, name });
      } else {
        const skipped = data.skip !== undefined || data.todo !== undefined;
        write({ event: skipped ? 'skipped' : 'passed', file, name, text: String(data.skip ?? data.todo ?? '') });
      }
    } else if (event.type === 'test:coverage') {
      const { totals, files, workingDirectory } = event.data.summary;
      for (const { path, coveredLinePercent } of files) {
        write({
          event: 'coverage',
          file: path.slice(workingDirectory.length + 1),
          name: 'lines',
          text: coveredLinePercent.toFixed(1),
        });
      }
      write({ event: 'coverage', file: 'all', name: 'lines', text: totals.coveredLinePercent.toFixed(1) });
    } else if (event.type === 'test:stderr' || event.type === 'test:stdout') {
      yield event.data.message;
    }
  }
}

const SILENCE_MS = 3000;

function describe(error: Error): string {
  const cause = error.cause;
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause ?? error.stack);
  // The runner's own frames say nothing about the test.
  return text.replace(/\n\s+at .*\bnode:internal\/.*/g, '').replace(/\n\s+at .*\bnode:async_hooks:.*/g, '');
}
