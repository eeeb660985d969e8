// The demonstration from beginning to end: fleets, the three proxies, the traffic, the screen, the judgement.
//
// hale, round robin and the naive rule each have a fleet of their own, alike in everything, and a third of the load.
// Everything is real HTTP over loopback; the only thing that differs is who is picked.

import { demoScript, INSTANCE_IDS } from './demo-script.ts';
import { startForwarder } from './forwarder.ts';
import { startHale } from './hale-proxy.ts';
import { naiveRule } from './naive-rule.ts';
import { plainLine, summaryLines } from './plain.ts';
import { report } from './report.ts';
import { roundRobin } from './round-robin.ts';
import { drawScreen } from './screen.ts';
import { Stage } from './stage.ts';
import { openTerminal } from './terminal.ts';
import type { DemoIo, Terminal } from './terminal.ts';
import { epochNow, startThread } from './threads.ts';
import type { FleetNews, FleetOrder, FleetTask, LoadNews, LoadOrder, LoadTask, Thread } from './threads.ts';

export interface DemoOptions {
  /** How long, 1 to 3600. Default 60. */
  readonly seconds?: number;
  /** Print one JSON object at the end and nothing else. */
  readonly json: boolean;
  /** A whole number from 0. */
  readonly seed: number;
  /** Requests a second, all three together, 3 to 3,000. */
  readonly rate: number;
  readonly color: boolean;
}

export const DEMO_DEFAULTS: { readonly seconds: number; readonly seed: number; readonly rate: number } = {
  seconds: 60,
  seed: 1,
  rate: 300,
};

/** A hang costs one time-out and then the retry, where there is one: the specification knows none. */
const RETRIES = 1;
const TIMEOUT_MS = 1000;
/** How long hale, preset `serving`, and the naive rule keep an instance out. */
const RECOVERY_WINDOW_MS = 10_000;
const SERVICE_MS = 20;
const HEAD_START_MS = 300;
const FRAME_MS = 250;

/**
 * Runs it and resolves with the exit code: 1 if hale lost a good request while a sound instance existed, else 0.
 * @throws RangeError for a number out of its range.
 */
export async function runDemo(options: DemoOptions, io: DemoIo): Promise<number> {
  const seconds = within('seconds', options.seconds ?? DEMO_DEFAULTS.seconds, 1, 3600);
  const rate = within('rate', options.rate, 3, 3000) / 3;
  const lengthMs = seconds * 1000;
  if (!Number.isSafeInteger(options.seed) || options.seed < 0) {
    throw new RangeError(`seed: expected a whole number from 0, received ${String(options.seed)}`);
  }
  const script = demoScript(lengthMs, options.seed);
  const open: { close(): unknown }[] = [];
  let terminal: Terminal | undefined;
  try {
    let onDone = (): void => {};
    let onFailure: (error: Error) => void = () => {};
    const over = new Promise<void>((resolve, reject) => {
      onDone = resolve;
      onFailure = reject;
    });
    over.catch(() => {}); // awaited further down; a thread that fails before then must not end the process here
    const fleets = await startFleets(
      { fleets: 3, ids: INSTANCE_IDS, seed: options.seed, serviceMs: SERVICE_MS, script },
      (error) => onFailure(error),
    );
    open.push({ close: () => fleets.thread.end() });
    const stage = new Stage({ script, lengthMs, rate, seed: options.seed, counts: () => fleets.counts });

    const hale = await startHale(fleets.ports[0], {
      retries: RETRIES,
      timeoutMs: TIMEOUT_MS,
      recoveryWindowMs: RECOVERY_WINDOW_MS,
    });
    open.push(hale);
    const others = [
      { policy: roundRobin(INSTANCE_IDS), retries: RETRIES },
      { policy: naiveRule(INSTANCE_IDS, RECOVERY_WINDOW_MS), retries: 0 },
    ];
    const proxies = [{ name: 'hale', port: hale.port }];
    for (const [at, { policy, retries }] of others.entries()) {
      const forwarder = await startForwarder({ policy, ports: fleets.ports[at + 1], retries, timeoutMs: TIMEOUT_MS });
      open.push(forwarder);
      proxies.push({ name: policy.name, port: forwarder.port });
    }

    const startAt = epochNow() + HEAD_START_MS;
    fleets.thread.order({ startAt });
    const task: LoadTask = { proxies, ids: INSTANCE_IDS, seed: options.seed, rate, script, startAt, lengthMs };
    const onNews = ({ type, tallies }: LoadNews): void => {
      stage.tallies = tallies;
      if (type === 'done') onDone();
    };
    const load = startThread<LoadNews, LoadOrder>('load-thread', task, onNews, (error) => onFailure(error));
    open.push({ close: () => load.end() });
    const stop = (): void => load.order({ type: 'stop' });
    io.signal.addEventListener('abort', stop, { once: true });
    if (io.signal.aborted) stop();

    if (io.isTTY && !options.json) terminal = openTerminal(io, options.color);
    let shownSecond = 0;
    const show = async (): Promise<void> => {
      await stage.look(epochNow() - startAt, hale);
      const view = stage.view();
      if (options.json) return;
      if (terminal) return terminal.draw((columns, rows) => drawScreen(view, columns, rows));
      const second = Math.floor(view.elapsedMs / 1000);
      if (second > shownSecond) io.write(`${plainLine(view)}\n`);
      shownSecond = Math.max(shownSecond, second);
    };
    if (!terminal && !options.json)
      io.write(
        `hale demo: ${seconds} s, 3 fleets of ${INSTANCE_IDS.length} real instances, ${Math.round(rate)} requests/s each\n`,
      );
    const frames = setInterval(() => void show().catch(onFailure), FRAME_MS);
    open.push({ close: () => clearInterval(frames) });

    await over;
    clearInterval(frames);
    io.signal.removeEventListener('abort', stop);
    await stage.look(epochNow() - startAt, hale);
    terminal?.restore();
    const view = stage.view();
    io.write(options.json ? `${JSON.stringify(report(view))}\n` : `\n${summaryLines(view).join('\n')}\n`);
    return (view.tallies[0]?.lostWhileSound ?? 0) > 0 ? 1 : 0;
  } finally {
    // The cursor comes back first, whatever closing takes.
    terminal?.restore();
    for (const part of open.reverse()) await part.close();
  }
}

interface Fleets {
  readonly thread: Thread<FleetOrder>;
  /** By fleet: id -> port. */
  readonly ports: readonly ReadonlyMap<string, number>[];
  /** Requests so far, by fleet and instance. */
  counts: readonly (readonly number[])[];
}

function startFleets(task: FleetTask, onError: (error: Error) => void): Promise<Fleets> {
  return new Promise((resolve, reject) => {
    let fleets: Fleets | undefined;
    const onNews = (news: FleetNews): void => {
      if (news.type === 'counts') {
        if (fleets) fleets.counts = news.requests;
        return;
      }
      const ports = news.ports.map((fleet) => new Map(fleet.map((port, at) => [task.ids[at], port])));
      fleets = { thread, ports, counts: news.ports.map((fleet) => fleet.map(() => 0)) };
      resolve(fleets);
    };
    const thread = startThread<FleetNews, FleetOrder>('fleet-thread', task, onNews, (error) => {
      onError(error);
      reject(error);
    });
  });
}

function within(name: string, value: number, min: number, max: number): number {
  if (typeof value === 'number' && value >= min && value <= max) return value;
  throw new RangeError(`${name}: expected a number from ${min} to ${max}, received ${String(value)}`);
}
