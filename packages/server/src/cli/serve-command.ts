// hale serve: the proxy, from a file or from flags, until a signal ends it. Where it listens goes to standard output, the
// log, JSON lines, to standard error.

import { pino } from 'pino';
import type { Server } from '../app/index.ts';
import type { Loaded } from '../config/index.ts';
import { configFromFlags, formatAddress } from '../config/index.ts';
import type { Command, Given } from './command.ts';
import { FAILED, OK, UsageError, WRONG } from './command.ts';
import { readConfigFile } from './config-file.ts';
import { faultLines } from './faults.ts';
import type { Io } from './io.ts';

export const serveCommand: Command = {
  name: 'serve',
  summary: 'run the proxy',
  usage: ['--config FILE', '[--listen ADDRESS] --to URL [--to URL...]'],
  flags: [
    { name: 'config', short: 'c', value: 'FILE', help: 'a YAML file; hale check FILE validates it' },
    { name: 'listen', short: 'l', value: 'ADDRESS', help: 'host:port or unix:/path (default 127.0.0.1:8080)' },
    {
      name: 'to',
      short: 't',
      value: 'URL',
      isRepeatable: true,
      help: 'an instance, once for each: http://127.0.0.1:3001',
    },
  ],
  maxOperands: 0,
  notes: [
    'SIGTERM, SIGINT and SIGHUP finish the requests under way and end with 0; a',
    'second one ends at once.',
    '',
    'Exit code: 0 after a drain, 1 when it cannot listen, 2 for a wrong',
    'configuration.',
  ],
  async run(given, io) {
    const { config, faults } = await load(given, io);
    if (!config) {
      io.err(faultLines(faults));
      return WRONG;
    }
    const stop = io.stopSignal();
    // Loaded here: `hale check` and help should not wait for it.
    const { serve } = await import('../app/index.ts');
    const log = pino({ base: null, level: 'warn' }, { write: (line) => io.err(line) });
    let server: Server;
    try {
      server = await serve(config, { log });
    } catch (error) {
      io.err(`hale: ${reasonOf(error as NodeJS.ErrnoException)}\n`);
      return FAILED;
    }
    for (const address of server.addresses)
      io.out(`hale listens on ${address.kind === 'unix' ? '' : 'http://'}${formatAddress(address)}\n`);
    // Each fact is a line from here on. The start was told in words.
    log.level = 'info';
    await aborted(stop);
    await server.close();
    return OK;
  },
};

async function load(given: Given, io: Io): Promise<Loaded> {
  const file = given.value('config');
  const to = given.values('to');
  const listen = given.value('listen');
  if (file !== undefined) {
    const other = to.length > 0 ? '--to' : listen === undefined ? undefined : '--listen';
    if (other !== undefined) throw new UsageError(`${other} has no effect beside --config: the file says it`);
    return readConfigFile(file, io.env);
  }
  if (to.length === 0) throw new UsageError('hale serve needs --config FILE, or --to URL for each instance');
  return configFromFlags({ listen, to });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

// What a start fails with is the system's error: `listen EADDRINUSE: address already in use 127.0.0.1:8080`. The address is
// read off its text, since an error that came over a link between processes has kept nothing else.
function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  const [, name] = /^getaddrinfo \w+ (\S+)$/.exec(message) ?? [];
  if (name !== undefined) return `cannot listen on ${name}: this machine knows no address of that name`;
  const [, why, place] = /^listen \w+: (.+) (\S+)$/.exec(message) ?? [];
  if (why === undefined || place === undefined) return message;
  const isPath = place.startsWith('/');
  const reason =
    (code !== undefined && (isPath ? { ...LISTEN_REASONS, ...PATH_REASONS } : LISTEN_REASONS)[code]) || why;
  return `cannot listen on ${isPath ? 'unix:' : ''}${place}: ${reason}`;
}

const LISTEN_REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'something else does',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'it is not permitted',
};

// The system says the same of a folder that is missing and of one that is not ours.
const PATH_REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'something else does, or a file is in its place',
  EACCES: 'it is not permitted, or there is no such folder',
};
