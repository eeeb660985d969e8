// Comparing two loops on a machine that does other things as well.
//
// A mean over one long run compares the machine's moods. So all subjects are measured in one run, in short slices, in
// turns: a slow moment hits all of them. Reported is the median of the slices, and for a ratio the median of the ratios
// within each round, which is steadier than the ratio of two medians. Rounds alternate their direction, so that nobody
// always runs on what its neighbour left in the cache.
//
// Where it fails: subjects share one process, so a call site that all of them go through is optimised for all of them.
// Each bench therefore has a process of its own (`run.ts`), and each subject its own loop.

export interface Subject {
  readonly name: string;
  /** Does the work so many times. May return the milliseconds that count, when only a part of it does. */
  run(times: number): void | number | Promise<void | number>;
}

export interface Measured {
  readonly name: string;
  /** Median nanoseconds for once. */
  readonly ns: number;
  /** Half of the slices lie within this of the median, as a share of it. */
  readonly spread: number;
  /** Median of this over the first subject, round by round. */
  readonly ratio: number;
}

export interface MeasureOptions {
  /** Rounds that count. Default 41. */
  readonly rounds?: number;
  /** How long one slice takes. Default 15. */
  readonly sliceMs?: number;
  /** How long each subject runs before. Default 600. */
  readonly warmUpMs?: number;
}

/** Measures all subjects in turns; the first is what the others are compared with. */
export async function measure(subjects: readonly Subject[], options: MeasureOptions = {}): Promise<Measured[]> {
  const { rounds = 41, sliceMs = 15, warmUpMs = 600 } = options;
  // Warm first, in turns, and only then find out how often fits into a slice: what is still interpreted runs thirty times
  // slower, and on a busy machine the compiler, which has threads of its own, takes its time.
  for (let warm = 0; warm < warmUpMs; warm += sliceMs) {
    for (const subject of subjects) await time(subject, await calibrate(subject, sliceMs));
  }
  const times: number[] = [];
  for (const subject of subjects) times.push(await calibrate(subject, sliceMs));
  const slices: number[][] = subjects.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < subjects.length; turn++) {
      const index = round % 2 === 0 ? turn : subjects.length - 1 - turn;
      const ms = await time(subjects[index], times[index]);
      slices[index].push((ms * 1e6) / times[index]);
    }
  }
  return subjects.map(({ name }, index) => {
    const ns = median(slices[index]);
    return {
      name,
      ns,
      spread: median(slices[index].map((slice) => Math.abs(slice - ns))) / ns,
      ratio: median(slices[index].map((slice, round) => slice / slices[0][round])),
    };
  });
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

async function time(subject: Subject, times: number): Promise<number> {
  const began = performance.now();
  // Awaiting a value that is no promise would cost a turn of the microtask queue: nothing here, but it is not the work.
  const result = subject.run(times);
  const counted = result instanceof Promise ? await result : result;
  return typeof counted === 'number' ? counted : performance.now() - began;
}

// Doubles until a slice is long enough, so that reading the clock (some 40 ns) is nothing beside it.
async function calibrate(subject: Subject, sliceMs: number): Promise<number> {
  for (let times = 1; ; times *= 2) {
    const ms = await time(subject, times);
    if (ms >= sliceMs / 2 || times >= 2 ** 30) return Math.max(1, Math.round((times * sliceMs) / Math.max(ms, 1e-3)));
  }
}
