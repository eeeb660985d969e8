// The entry of the command `hale`. It owns the process: arguments, environment, signals, output and the exit code.

import { readFileSync } from 'node:fs';
import { processIo } from './io.ts';
import { run } from './run.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

let code = 1;
const io = processIo();
try {
  code = await run(process.argv.slice(2), io, version);
} catch (error) {
  // Nothing is expected here: this is a defect, and its stack is what a report needs.
  io.err(`hale: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}
// An idle keep-alive socket must not delay the end; what is written must still go out first.
process.stdout.write('', () => process.exit(code));
