// Counters, gauges and histograms as cells of one typed array: opening a series finds its labels once and returns a
// place; counting is an addition at that place (a few ns, where a look-up by labels costs hundreds).
//
// Series with an `instance` label are bounded by `maxInstanceSeries` and leave with their instance. Beyond the bound an
// instance counts in a series with an empty `instance`, shared by its service, so that sums stay right. No id is empty.
//
// A place belongs to whoever opened it until `close`; after that it may be another series's. Obvious wrong way: to keep
// series for all instances that ever were, which is how a fleet that redeploys daily fills the memory of its metrics.

import type { InstrumentName, InstrumentValue, Labels } from './instruments.ts';
import { INSTRUMENTS } from './instruments.ts';

/** Where a series begins in the array of cells. */
export type Place = number;

export class InstrumentStore {
  readonly #maxInstanceSeries: number;
  #cells: Float64Array = new Float64Array(64);
  /** Which bounds begin at a cell, as an index of `#bounds`; 0 where no histogram begins. A look-up in a map would cost
   *  as much as the observation. */
  #boundsAt: Uint8Array = new Uint8Array(64);
  readonly #bounds: (readonly number[])[] = [[]];
  #used = 0;
  #instanceSeries = 0;
  readonly #series: Map<Place, Series> = new Map();
  /** Places that were closed, by width. */
  readonly #free: Map<number, Place[]> = new Map();
  /** The shared series of those beyond the bound, by name and service. */
  readonly #shared: Map<string, Place> = new Map();

  /** `maxInstanceSeries`: cells that instances may take, all instruments together; at least 0. */
  constructor(maxInstanceSeries: number = 10_000) {
    this.#maxInstanceSeries = maxInstanceSeries;
  }

  /**
   * Opens a counter or a gauge at 0. With `over`, one cell for each value of that label, side by side: count the i-th
   * by `add(place + i)`.
   */
  open(
    name: InstrumentName,
    labels: Labels,
    over?: { readonly label: string; readonly values: readonly string[] },
  ): Place {
    const width = over?.values.length ?? 1;
    return this.#openSeries({ name, labels, over, width });
  }

  /** Opens a histogram with the buckets of the catalogue. */
  openHistogram(name: InstrumentName, labels: Labels): Place {
    const buckets = INSTRUMENTS[name].buckets ?? [];
    // One cell for each bucket, one for what lies above them, one for the sum.
    const place = this.#openSeries({ name, labels, over: undefined, width: buckets.length + 2, buckets });
    let which = this.#bounds.indexOf(buckets, 1);
    if (which < 0) which = this.#bounds.push(buckets) - 1;
    this.#boundsAt[place] = which;
    return place;
  }

  add(place: Place, amount: number = 1): void {
    this.#cells[place] += amount;
  }

  set(place: Place, value: number): void {
    this.#cells[place] = value;
  }

  /** One observation, in the instrument's unit. NaN is none; below 0 counts as 0, since a sum must not fall. */
  observe(place: Place, value: number): void {
    const which = this.#boundsAt[place];
    if (!(which > 0) || Number.isNaN(value)) return;
    const bounds = this.#bounds[which];
    // A walk: most requests end in the first few buckets.
    let bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]) bucket++;
    this.#cells[place + bucket] += 1;
    if (value > 0) this.#cells[place + bounds.length + 1] += value;
  }

  /** Ends a series: it is listed no more. A shared one stays. */
  close(place: Place): void {
    const series = this.#series.get(place);
    if (series === undefined || series.isShared) return;
    this.#series.delete(place);
    this.#cells.fill(0, place, place + series.width);
    this.#boundsAt[place] = 0;
    const free = this.#free.get(series.width);
    if (free) free.push(place);
    else this.#free.set(series.width, [place]);
    if (series.labels['instance'] !== undefined) this.#instanceSeries -= series.width;
  }

  /** All series that are open; of an instance's counters only those that have counted. */
  values(): InstrumentValue[] {
    const values: InstrumentValue[] = [];
    for (const [place, series] of this.#series) this.#read(place, series, values);
    return values;
  }

  #openSeries(series: Series): Place {
    if (series.labels['instance'] === undefined) return this.#place(series);
    if (this.#instanceSeries + series.width <= this.#maxInstanceSeries) {
      this.#instanceSeries += series.width;
      return this.#place(series);
    }
    const key = `${series.name} ${series.labels['service'] ?? ''}`;
    let place = this.#shared.get(key);
    if (place === undefined) {
      place = this.#place({ ...series, labels: { ...series.labels, instance: '' }, isShared: true });
      this.#shared.set(key, place);
    }
    return place;
  }

  #place(series: Series): Place {
    let place = this.#free.get(series.width)?.pop();
    if (place === undefined) {
      place = this.#used;
      this.#used += series.width;
      if (this.#used > this.#cells.length) {
        const cells = new Float64Array(Math.max(this.#used, 2 * this.#cells.length));
        cells.set(this.#cells);
        this.#cells = cells;
        const boundsAt = new Uint8Array(cells.length);
        boundsAt.set(this.#boundsAt);
        this.#boundsAt = boundsAt;
      }
    }
    this.#series.set(place, series);
    return place;
  }

  #read(place: Place, series: Series, values: InstrumentValue[]): void {
    const { name, labels, over, buckets } = series;
    const { kind, doc } = INSTRUMENTS[name];
    if (buckets !== undefined) {
      let count = 0;
      const counted = buckets.map((upTo, i) => ({ upTo, count: (count += this.#cells[place + i]) }));
      const sum = this.#cells[place + buckets.length + 1];
      values.push({
        name,
        kind: 'histogram',
        doc,
        labels,
        buckets: counted,
        sum,
        count: count + this.#cells[place + buckets.length],
      });
      return;
    }
    for (let i = 0; i < series.width; i++) {
      const value = this.#cells[place + i];
      // Nine outcomes for each of thousands of instances would be mostly zeros.
      if (value === 0 && kind === 'counter' && labels['instance'] !== undefined) continue;
      const all = over ? { ...labels, [over.label]: over.values[i] } : labels;
      values.push({ name, kind: kind === 'counter' ? 'counter' : 'gauge', doc, labels: all, value });
    }
  }
}

interface Series {
  readonly name: InstrumentName;
  readonly labels: Labels;
  readonly over: { readonly label: string; readonly values: readonly string[] } | undefined;
  /** In cells. */
  readonly width: number;
  readonly buckets?: readonly number[];
  readonly isShared?: true;
}
