// hale check FILE ...: is this a configuration?

import type { Config } from '../config/index.ts';
import { formatAddress } from '../config/index.ts';
import type { Command } from './command.ts';
import { OK, UsageError, WRONG } from './command.ts';
import { readConfigFile } from './config-file.ts';
import { faultLines } from './faults.ts';

export const checkCommand: Command = {
  name: 'check',
  summary: 'validate configuration files',
  usage: ['FILE...'],
  flags: [],
  maxOperands: undefined,
  notes: [
    'Reads the files as serve would, environment references included, and starts',
    'nothing. Every fault is a line on standard error:',
    '  file:line:column path: expected ..., received ...',
    '',
    'Exit code: 0 when all files are right, 2 when one is not.',
  ],
  async run({ operands }, io) {
    if (operands.length === 0) throw new UsageError('hale check needs a file: hale check FILE');
    let code = OK;
    for (const file of operands) {
      const { config, faults } = await readConfigFile(file, io.env);
      if (config) io.out(`${file}: ok, ${summaryOf(config)}\n`);
      else io.err(faultLines(faults));
      if (!config) code = WRONG;
    }
    return code;
  },
};

function summaryOf({ services, listeners }: Config): string {
  const instances = services.reduce((sum, service) => sum + service.instances.length, 0);
  return `${count(services.length, 'service')}, ${count(instances, 'instance')}, listening on ${listeners.map(formatAddress).join(', ')}`;
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
