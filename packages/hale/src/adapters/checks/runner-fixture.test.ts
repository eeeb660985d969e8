// A service as a table, for the tests of the runner; no tests of its own.

import type { Check } from '../../core/checking/index.ts';
import type { Clock, VirtualClock } from '../../core/kernel/index.ts';
import { seededRandom, virtualClock } from '../../core/kernel/index.ts';
import type { Circuit, Mode, Outcome, ServiceInstance, Settings } from '../../core/model/index.ts';
import { resolveSettings } from '../../core/model/index.ts';
import type { CheckedService } from './checked-service.ts';
import { CheckRunner } from './runner.ts';

export interface Row {
  instance: ServiceInstance;
  circuit: Circuit;
  mode: Mode;
  msSinceGoodTraffic: number;
}

/** A service whose rows a test sets at will, and which keeps what was reported. */
export class Rows implements CheckedService {
  settings: Settings;
  readonly rows = new Map<string, Row>();
  readonly reports: { id: string; outcome: Outcome; reason: string | undefined }[] = [];
  onReport: (id: string) => void = () => {};

  constructor(count: number, options: Readonly<Record<string, unknown>> = {}) {
    this.settings = resolveSettings({ checkInterval: 10_000, ...options }, []);
    for (let i = 0; i < count; i++) this.add(`i${i}`);
  }

  add(id: string, row: Partial<Row> = {}): void {
    this.rows.set(id, {
      instance: { id, host: '127.0.0.1', port: 1 },
      circuit: 'closed',
      mode: 'ready',
      msSinceGoodTraffic: Infinity,
      ...row,
    });
  }

  ids(): Iterable<string> {
    return this.rows.keys();
  }

  get(id: string): Row | undefined {
    return this.rows.get(id);
  }

  report(id: string, outcome: Outcome, reason?: string): void {
    this.reports.push({ id, outcome, reason });
    this.onReport(id);
  }
}

export function start(service: Rows, check: Check, clock: Clock = virtualClock()): CheckRunner {
  const runner = new CheckRunner(service, { check, clock, random: seededRandom(7) });
  runner.start();
  return runner;
}

/** A check that is always good and keeps when it was called. */
export function recording(clock: VirtualClock): { check: Check; times: number[] } {
  const times: number[] = [];
  return {
    times,
    check: () => {
      times.push(clock.now());
      return true;
    },
  };
}
