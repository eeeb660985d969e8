// The body of a client's request on its way to an instance, and, while it is small, to a second one.
//
// What has been read is kept up to a bound, so that an attempt that failed can be repeated with the same bytes; beyond the
// bound the body is a stream that can be sent once. Nothing is read before an instance is there to take it, so a body
// whose connection could not be opened is whole whatever its size.
//
// The client is read only as fast as the instance takes: a sink that is full pauses the source. While it is read, its pace
// is watched, until an answer is chosen: from then on the time-outs of the answer bound both.

import type { IncomingMessage } from 'node:http';
import type { BodySink, RequestBody } from '../client.ts';
import type { Pace } from './pace.ts';

export class IncomingBody implements RequestBody {
  readonly isEmpty: boolean;
  readonly fitsReplay: boolean;
  readonly #source: IncomingMessage;
  readonly #maxReplayBytes: number;
  readonly #pace: Pace;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  #isKeeping = true;
  #isStarted = false;
  #isEnded = false;
  #sink: BodySink | undefined;

  constructor(source: IncomingMessage, maxReplayBytes: number, pace: Pace) {
    const length = source.headers['content-length'];
    const isChunked = source.headers['transfer-encoding'] !== undefined;
    this.isEmpty = !isChunked && (length === undefined || Number(length) === 0);
    this.fitsReplay = this.isEmpty || (!isChunked && Number(length) <= maxReplayBytes);
    this.#source = source;
    this.#maxReplayBytes = maxReplayBytes;
    this.#pace = pace;
  }

  get isComplete(): boolean {
    return this.isEmpty || this.#source.complete;
  }

  get isReplayable(): boolean {
    return this.isEmpty || this.#isKeeping;
  }

  attach(sink: BodySink): void {
    this.#sink = sink;
    if (this.isEmpty) {
      sink.end([]);
      return;
    }
    let wantsMore = true;
    for (const chunk of this.#kept) wantsMore = sink.write(chunk);
    if (this.#isEnded) {
      sink.end(this.#source.rawTrailers);
      return;
    }
    if (!this.#isStarted) this.#start();
    if (wantsMore) this.#read();
  }

  detach(): void {
    this.#sink = undefined;
    if (!this.isEmpty && !this.#isEnded) this.#pause();
  }

  resume(): void {
    if (this.#sink !== undefined && !this.#isEnded) this.#read();
  }

  /** An answer is on its way: how slowly the rest comes harms nobody any more. */
  release(): void {
    this.#pace.stop();
  }

  commit(): void {
    this.#isKeeping = false;
    this.#kept = [];
  }

  #start(): void {
    this.#isStarted = true;
    this.#source.on('data', (chunk: Buffer) => {
      if (this.#isKeeping) this.#keep(chunk);
      if (this.#sink !== undefined && !this.#sink.write(chunk)) this.#pause();
      this.#pace.took(chunk.length);
    });
    this.#source.on('end', () => {
      this.#isEnded = true;
      this.#pace.stop();
      this.#sink?.end(this.#source.rawTrailers);
    });
  }

  #read(): void {
    this.#pace.resume();
    this.#source.resume();
  }

  #pause(): void {
    this.#pace.pause();
    this.#source.pause();
  }

  #keep(chunk: Buffer): void {
    this.#keptBytes += chunk.length;
    if (this.#keptBytes > this.#maxReplayBytes) this.commit();
    else this.#kept.push(chunk);
  }
}
