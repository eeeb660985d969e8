// A record's text -> its outcomes, and a report of what was dropped and why.
//
// The text is somebody's file: cut off by a full disk, joined from rotated ones, written by processes whose clocks
// disagree. Nothing in it throws. What is good is used, what is not is counted by its reason, and the first 20 faults are
// shown with their line. Only a header of another version ends the reading: then no line can be trusted.
//
// Memory: outcomes are bounded by `maxOutcomes` (about 150 bytes each), ids are stored once, and the text is read line by
// line; the size of the file does not enter.

import type { RecordedOutcome, Wrong } from './line.ts';
import { excerpt, readLine } from './line.ts';
import { LONGEST_LINE, LineCutter } from './lines.ts';
import { DISORDER_MS, TimeOrder } from './order.ts';

export interface ReadOptions {
  /** Outcomes kept in memory; later ones are dropped and counted. Default 2,000,000, about 300 MB. */
  readonly maxOutcomes?: number;
  /** Distinct instances, over all services. Default 10,000. */
  readonly maxInstances?: number;
  /** From the first to the last, ms; later outcomes are dropped. Default 7 days. */
  readonly maxSpanMs?: number;
  /** The instances of a configuration: outcomes of others are dropped and counted. Default: whoever appears. */
  readonly known?: ReadonlySet<string>;
}

/** Why a line was dropped. */
export type DropReason =
  | 'not an outcome'
  | 'line too long'
  | 'cut last line'
  | 'time ran backwards'
  | 'time far from all others'
  | 'record too long'
  | 'unknown instance'
  | 'too many instances'
  | 'too many outcomes'
  | 'another version';

export interface LineFault extends Wrong {
  /** From 1, blank lines and headers included, as an editor counts. */
  readonly line: number;
}

export interface ReadReport {
  /** Those that should hold an outcome: neither blank nor a header. `used + dropped`. */
  readonly lines: number;
  readonly used: number;
  readonly dropped: number;
  /** Lines dropped, by reason; reasons that did not occur are absent. */
  readonly reasons: ReadonlyMap<DropReason, number>;
  /** The first 20. */
  readonly faults: readonly LineFault[];
  readonly hasHeader: boolean;
  /** The file is of another kind or version: nothing of it is used. */
  readonly refused: string | undefined;
}

export interface RecordText {
  /** By the time of their ends. */
  readonly outcomes: readonly RecordedOutcome[];
  readonly report: ReadReport;
}

/**
 * Reads a record from pieces of its text, cut anywhere; lines end with a line feed. Whoever has lines without one (from
 * readline) or pieces that come one by one (from a stream) uses a `RecordReader`.
 */
export function readRecord(pieces: Iterable<string>, options: ReadOptions = {}): RecordText {
  const reader = new RecordReader(options);
  for (const piece of pieces) {
    reader.push(piece);
    if (reader.isRefused) break;
  }
  return reader.end();
}

const FAULTS_SHOWN = 20;
const WEEK_MS = 7 * 86_400_000;

interface Placed {
  readonly time: number;
  readonly line: number;
  readonly outcome: RecordedOutcome;
}

/** The same piece by piece: `push` each, then `end` once. */
export class RecordReader {
  readonly #bounds: Required<Omit<ReadOptions, 'known'>>;
  readonly #known: ReadonlySet<string> | undefined;
  readonly #cutter: LineCutter;
  readonly #order: TimeOrder<Placed>;
  readonly #kept: RecordedOutcome[] = [];
  /** Each id once: what JSON.parse makes are new strings for every line. */
  readonly #services = new Map<string, Map<string, RecordedOutcome>>();
  readonly #faults: LineFault[] = [];
  readonly #reasons = new Map<DropReason, number>();
  #instances = 0;
  #line = 0;
  #lines = 0;
  #hasHeader = false;
  #refused: string | undefined;

  constructor({ maxOutcomes = 2_000_000, maxInstances = 10_000, maxSpanMs = WEEK_MS, known }: ReadOptions = {}) {
    this.#bounds = { maxOutcomes, maxInstances, maxSpanMs };
    this.#known = known;
    this.#cutter = new LineCutter({ line: (text, isTooLong, isEnd) => this.#take(text, isTooLong, isEnd) });
    this.#order = new TimeOrder<Placed>({
      kept: (one) => this.#keep(one),
      backwards: ({ line }, byMs) =>
        this.#drop(
          'time ran backwards',
          line,
          `a time at most ${DISORDER_MS / 1000} s before the newest; are the files in their order?`,
          `${(byMs / 1000).toFixed(1)} s before it`,
        ),
      lonely: ({ line, time }) =>
        this.#drop('time far from all others', line, 'a time within an hour of its neighbours', String(time)),
    });
  }

  get isRefused(): boolean {
    return this.#refused !== undefined;
  }

  push(piece: string): void {
    this.#cutter.push(piece);
  }

  end(): RecordText {
    this.#cutter.end();
    this.#order.end();
    const outcomes = this.isRefused ? [] : this.#kept;
    // Stable, and near linear on what is nearly sorted.
    outcomes.sort((a, b) => a.time - b.time);
    const used = outcomes.length;
    const report: ReadReport = {
      lines: this.#lines,
      used,
      dropped: this.#lines - used,
      reasons: this.isRefused && this.#lines > 0 ? new Map([['another version', this.#lines]]) : this.#reasons,
      faults: this.#faults.sort((a, b) => a.line - b.line),
      hasHeader: this.#hasHeader,
      refused: this.#refused,
    };
    return { outcomes, report };
  }

  #take(text: string, isTooLong: boolean, isEnd: boolean): void {
    this.#line++;
    // A byte order mark is an editor's, not a fault.
    const trimmed = (this.#line === 1 && text.startsWith('\ufeff') ? text.slice(1) : text).trim();
    if (trimmed === '') return;
    if (this.isRefused) return void this.#lines++;
    if (isTooLong) {
      this.#lines++;
      return this.#drop('line too long', this.#line, `at most ${LONGEST_LINE} characters`, excerpt(trimmed));
    }
    const line = readLine(trimmed);
    if (line.kind === 'header') return void (this.#hasHeader = true);
    if (line.kind === 'foreign') return this.#refuse(line.wrong);
    this.#lines++;
    if (line.kind === 'outcome') return this.#place(line.outcome);
    const { expected, received } = line.wrong;
    if (isEnd && expected === 'JSON') this.#drop('cut last line', this.#line, 'a whole line', received);
    else this.#drop('not an outcome', this.#line, expected, received);
  }

  #place(outcome: RecordedOutcome): void {
    if (this.#known?.has(outcome.instance) === false)
      return this.#drop('unknown instance', this.#line, 'an instance of the configuration', excerpt(outcome.instance));
    this.#order.admit({ time: outcome.time, line: this.#line, outcome });
  }

  #keep({ line, outcome }: Placed): void {
    const { maxOutcomes, maxSpanMs } = this.#bounds;
    if (this.#kept.length >= maxOutcomes)
      return this.#drop('too many outcomes', line, `at most ${maxOutcomes} outcomes`, 'one more');
    if (this.#kept.length > 0 && outcome.time - this.#kept[0].time > maxSpanMs)
      return this.#drop('record too long', line, `at most ${maxSpanMs / 3_600_000} hours`, 'a later time');
    const first = this.#firstOf(outcome);
    if (first === undefined)
      return this.#drop(
        'too many instances',
        line,
        `at most ${this.#bounds.maxInstances} instances`,
        excerpt(outcome.instance),
      );
    this.#kept.push({ ...outcome, service: first.service, instance: first.instance });
  }

  #firstOf(outcome: RecordedOutcome): RecordedOutcome | undefined {
    const known = this.#services.get(outcome.service)?.get(outcome.instance);
    if (known !== undefined) return known;
    if (this.#instances >= this.#bounds.maxInstances) return undefined;
    this.#instances++;
    const instances = this.#services.get(outcome.service) ?? new Map<string, RecordedOutcome>();
    this.#services.set(outcome.service, instances.set(outcome.instance, outcome));
    return outcome;
  }

  #refuse({ expected, received }: Wrong): void {
    this.#refused = `line ${this.#line}: expected ${expected}, received ${received}`;
    this.#faults.push({ line: this.#line, expected, received });
  }

  #drop(reason: DropReason, line: number, expected: string, received: string): void {
    if (this.isRefused) return;
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
    if (this.#faults.length < FAULTS_SHOWN) this.#faults.push({ line, expected, received });
  }
}
