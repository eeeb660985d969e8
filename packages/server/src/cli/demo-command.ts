// hale demo: the embedded fleets, their faults, and three ways to choose. The work is in ../demo.

import type { Command } from './command.ts';
import { wholeNumber } from './flags.ts';

export const demoCommand: Command = {
  name: 'demo',
  summary: 'watch hale, round robin and a naive rule meet the same faults',
  usage: ['[--seconds N] [--rate N] [--seed N] [--json] [--no-color]'],
  flags: [
    { name: 'seconds', value: 'N', help: 'how long, 1 to 3600 (default 60)' },
    { name: 'rate', value: 'N', help: 'requests a second in all, 3 to 3000 (default 300)' },
    { name: 'seed', value: 'N', help: 'another course of arrivals and faults (default 1)' },
    { name: 'json', help: 'one JSON object at the end, nothing else' },
    { name: 'no-color', help: 'plain text; NO_COLOR in the environment does the same' },
  ],
  maxOperands: 0,
  notes: [
    'Real instances, real HTTP over loopback; nothing outside is touched.',
    'Ctrl-C ends it early, with the summary.',
    '',
    'Exit code: 1 when hale lost a good request while a sound instance existed,',
    'else 0.',
  ],
  async run(given, io) {
    const seconds = wholeNumber(given, 'seconds', 1, 3600);
    const rate = wholeNumber(given, 'rate', 3, 3000);
    const seed = wholeNumber(given, 'seed', 0, 0xffff_ffff);
    const color = io.isTTY && !given.has('no-color') && !io.env['NO_COLOR'];
    // Loaded here: `hale check` and help should not wait for it.
    const { DEMO_DEFAULTS, runDemo } = await import('../demo/index.ts');
    return runDemo(
      {
        ...(seconds === undefined ? {} : { seconds }),
        json: given.has('json'),
        seed: seed ?? DEMO_DEFAULTS.seed,
        rate: rate ?? DEMO_DEFAULTS.rate,
        color,
      },
      {
        write: (text) => io.out(text),
        isTTY: io.isTTY,
        get columns() {
          return io.columns;
        },
        get rows() {
          return io.rows;
        },
        signal: AbortSignal.any([io.stopSignal(), io.outputGone]),
      },
    );
  },
};
