// Every command, in the order of the help text.

import { checkCommand } from './check-command.ts';
import type { Command } from './command.ts';
import { demoCommand } from './demo-command.ts';
import { serveCommand } from './serve-command.ts';
import { simCommand } from './sim-command.ts';

export const COMMANDS: readonly Command[] = [serveCommand, demoCommand, simCommand, checkCommand];
