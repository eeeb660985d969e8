// What a command line answers, without a process: the texts, the codes, the suggestions.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMMANDS } from './commands.ts';
import type { Io } from './io.ts';
import { run } from './run.ts';

interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function hale(...args: string[]): Promise<Answer> {
  let out = '';
  let err = '';
  const never = new AbortController().signal;
  const io: Io = {
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    env: {},
    isTTY: false,
    columns: 0,
    rows: 0,
    outputGone: never,
    stopSignal: () => never,
  };
  const code = await run(args, io, '1.2.3');
  return { code, out, err };
}

const WRONG: readonly (readonly [args: string, sentence: string])[] = [
  ['serv', 'hale has no command "serv" (did you mean serve?)'],
  ['top', 'hale has no command "top"'],
  ['constructor', 'hale has no command "constructor"'],
  ['help chek', 'hale has no command "chek" (did you mean check?)'],
  ['--hepl', 'hale has no option --hepl before a command (did you mean --help?)'],
  ['--', 'hale has no option -- before a command'],
  ['serve', 'hale serve needs --config FILE, or --to URL for each instance'],
  ['serve --listen 127.0.0.1:0', 'hale serve needs --config FILE, or --to URL for each instance'],
  ['serve --confg a', 'hale serve has no option --confg (did you mean --config?)'],
  ['serve --admin 127.0.0.1:9900', 'hale serve has no option --admin'],
  ['serve -x', 'hale serve has no option -x'],
  ['serve hale.yaml', 'hale serve does not know what to do with "hale.yaml" (did you mean --config hale.yaml?)'],
  [
    'serve http://127.0.0.1:3001',
    'hale serve does not know what to do with "http://127.0.0.1:3001" (did you mean --to http://127.0.0.1:3001?)',
  ],
  ['serve --config', '--config needs a value: --config FILE'],
  ['serve --config=', '--config needs a value: --config FILE'],
  ['serve --config --listen a:1', '--config needs a value: --config FILE'],
  ['serve -c a -c b', '--config is given twice'],
  ['serve -c a --to http://b', '--to has no effect beside --config: the file says it'],
  ['serve -c a --listen b:1', '--listen has no effect beside --config: the file says it'],
  ['check', 'hale check needs a file: hale check FILE'],
  ['check --strict a', 'hale check has no option --strict'],
  ['sim', 'hale sim needs a scenario: hale sim brownout, or hale sim --list for their names'],
  ['sim browntou', 'there is no scenario "browntou" (did you mean brownout?)'],
  ['sim xyzzy', 'there is no scenario "xyzzy"; hale sim --list has their names'],
  ['sim refuse --policy rond-robin', 'there is no policy "rond-robin" (did you mean round-robin?)'],
  ['sim refuse --all', '--all stands for every scenario: leave refuse out'],
  ['sim refuse quiet --html x', '--html is a page of one scenario: name only one'],
  ['sim refuse --seeds 0', '--seeds is a whole number from 1 to 1000, not "0"'],
  ['sim large --max-memory 20', 'scenario large needs about 33 MB of memory, and --max-memory allows 20'],
  ['demo x', 'hale demo does not know what to do with "x"'],
  ['demo --seconds 0', '--seconds is a whole number from 1 to 3600, not "0"'],
  ['demo --seconds 3601', '--seconds is a whole number from 1 to 3600, not "3601"'],
  ['demo --seconds=-1', '--seconds is a whole number from 1 to 3600, not "-1"'],
  ['demo --seconds 1.5', '--seconds is a whole number from 1 to 3600, not "1.5"'],
  ['demo --seconds 1e2', '--seconds is a whole number from 1 to 3600, not "1e2"'],
  ['demo --seed x', '--seed is a whole number from 0 to 4294967295, not "x"'],
  ['demo --rate 2', '--rate is a whole number from 3 to 3000, not "2"'],
  ['demo --json=yes', '--json takes no value'],
];

for (const [args, sentence] of WRONG) {
  test(`hale ${args} is told what is wrong, and ends with 2`, async () => {
    const { code, out, err } = await hale(...args.split(' '));
    assert.equal(err.split('\n')[0], sentence);
    assert.match(err, /\nSee hale ([a-z]+ )?--help\.\n$/);
    assert.deepEqual([code, out], [2, '']);
  });
}

test('hale without arguments, hale help, hale --help and hale -h show all commands', async () => {
  const texts = await Promise.all([hale(), hale('help'), hale('--help'), hale('-h')]);
  for (const { code, out, err } of texts) {
    assert.deepEqual([code, err, out], [0, '', texts[0]?.out]);
    for (const { name, summary } of COMMANDS) assert.ok(out.includes(`  ${name}`) && out.includes(summary));
  }
});

for (const command of COMMANDS) {
  test(`hale ${command.name} --help shows every flag within 80 columns`, async () => {
    const texts = await Promise.all([
      hale(command.name, '--help'),
      hale(command.name, '-h'),
      hale('help', command.name),
    ]);
    for (const { code, out, err } of texts) {
      assert.deepEqual([code, err, out], [0, '', texts[0]?.out]);
      for (const { name } of command.flags) assert.ok(out.includes(`--${name}`));
      for (const line of out.split('\n')) assert.ok(line.length <= 80, line);
    }
  });
}

test('help wins over operands that are wrong', async () => {
  assert.equal((await hale('demo', 'x', '--help')).code, 0);
});

test('hale --version prints the version', async () => {
  for (const args of ['--version', '-v', '-V', 'version'])
    assert.deepEqual(await hale(args), { code: 0, out: '1.2.3\n', err: '' });
});

test('hale serve tells the faults of its flags', async () => {
  const { code, out, err } = await hale('serve', '--listen', 'x', '--to', 'y');
  assert.deepEqual([code, out], [2, '']);
  assert.match(err, /^--listen: expected an address .*\n--to: expected a URL .*\n$/);
});
