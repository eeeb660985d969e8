// The command with a file: three servers are started, then `hale serve --config hale.yaml` in front of them; one crashes.
//
//   npx node examples/proxy/from-file.ts

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { many, startInstance } from '../instance.ts';

const [a, b, c] = [await startInstance('a'), await startInstance('b'), await startInstance('c')];

// In a project of your own: npx hale serve --config hale.yaml
const command = fileURLToPath(new URL('../../packages/server/src/cli/main.ts', import.meta.url));
const file = fileURLToPath(new URL('hale.yaml', import.meta.url));
const hale = spawn(process.execPath, [...process.execArgv, command, 'serve', '--config', file], {
  env: { ...process.env, PORT: '0', PORT_A: `${a.port}`, PORT_B: `${b.port}`, PORT_C: `${c.port}` },
  stdio: ['ignore', 'pipe', 'pipe'],
});
const ended = new Promise((resolve) => hale.once('close', resolve));

// Its log, a line of JSON for each fact, goes to standard error.
createInterface(hale.stderr).on('line', (line) => {
  if (!line.startsWith('{')) return console.error(line);
  const { msg, instance, reason } = JSON.parse(line) as { msg: string; instance?: string; reason?: string };
  if (instance) console.log(`  ${instance} ${msg}: ${reason}`);
});

// Where it listens is the first line of its output.
const url = await new Promise<string>((resolve, reject) => {
  createInterface(hale.stdout).once('line', (line) => resolve(/http:\S+/.exec(line)![0]));
  void ended.then(() => reject(new Error('hale ended')));
});
console.log(`hale listens on ${url}`);

let answered = 0;
const by = new Map<string, number>();
await many(600, async (i) => {
  if (i === 150) b.stop();
  const response = await fetch(url);
  const instance = response.headers.get('x-hale-instance') ?? 'nobody';
  by.set(instance, (by.get(instance) ?? 0) + 1);
  if ((await response.text()) === instance) answered++;
});
console.log(
  `asked: ${[...by]
    .map(([id, count]) => `${id} ${count}`)
    .sort()
    .join(', ')}`,
);

hale.kill('SIGTERM'); // finishes what is under way
console.log(`${answered} of 600 requests answered, hale ended with ${await ended}`);
a.stop();
c.stop();
