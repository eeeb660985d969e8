// hale itself in the demo: the same `serve` that the command runs, everything in one process, on a port of the system's
// choice. Nothing is tuned for the demo but what the rules beside it have too: time-out, retry, recovery window.

import type { Fact, InstanceSnapshot } from 'hale';

import { serve } from '../app/index.ts';

export interface HaleOptions {
  readonly retries: number;
  readonly timeoutMs: number;
  readonly recoveryWindowMs: number;
}

export interface HaleProxy {
  readonly port: number;
  instances(): Promise<readonly InstanceSnapshot[]>;
  /** Transitions of circuits since the last call, one sentence each. */
  happenings(): readonly string[];
  close(): Promise<void>;
}

/** A demo that nobody watches must not gather facts without end. */
const MOST_HAPPENINGS = 100;

export async function startHale(ports: ReadonlyMap<string, number>, options: HaleOptions): Promise<HaleProxy> {
  const server = await serve({
    listen: '127.0.0.1:0',
    workers: 0,
    services: {
      demo: {
        instances: [...ports].map(([id, port]) => ({ id, url: `http://127.0.0.1:${port}` })),
        health: {
          preset: 'serving',
          recoveryWindow: `${options.recoveryWindowMs}ms`,
          check: { type: 'http', path: '/health', timeout: '1s' },
        },
        timeouts: { connect: `${options.timeoutMs}ms`, response: `${options.timeoutMs}ms` },
        retries: { max: options.retries },
      },
    },
  });
  let happened: string[] = [];
  server.onFact((fact) => {
    const sentence = sentenceOf(fact);
    if (sentence !== undefined && happened.length < MOST_HAPPENINGS) happened.push(sentence);
  });
  return {
    port: Number(new URL(server.url!).port),
    instances: async () => (await server.inspect()).flatMap((service) => service.instances),
    happenings() {
      const news = happened;
      happened = [];
      return news;
    },
    close: () => server.close({ drainTimeoutMs: 0 }),
  };
}

/** Undefined for what a spectator need not know, such as the joining of the eight at the start. */
function sentenceOf(fact: Fact): string | undefined {
  switch (fact.type) {
    case 'tripped':
    case 'tried':
    case 'relapsed':
    case 'restored':
      return `${fact.instance} ${fact.type}: ${fact.from} -> ${fact.to}, by ${fact.reason}`;
    case 'ejected':
    case 'admitted':
    case 'paused':
    case 'spared':
      return `${fact.instance} ${fact.type}, by ${fact.reason}`;
    case 'panicked':
    case 'calmed':
      return `the service ${fact.type}: ${fact.to} eligible`;
    default:
      return undefined;
  }
}
