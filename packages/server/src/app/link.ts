// What the primary and its workers say to each other: numbered messages, each acknowledged with an answer or an error.
//
// A link stands on a wire that carries plain data, in order, and knows nothing of what it carries. In memory that is a
// pair of queues, over processes an IPC channel; what is on either end cannot tell which. So the memory wire copies and
// delays as the other would: an object that both ends share, or an answer before the question has returned, would work
// here and fail there.

import type { Fault } from 'hale';
import { ConfigError } from 'hale';

/** Carries plain data to the other end, in order. */
export interface Wire {
  post(data: unknown): void;
  /** Set once, by the link. */
  onData: ((data: unknown) => void) | undefined;
  close(): void;
}

export interface Link<Said, Heard> {
  /** Resolves with the answer of the other end; rejects with its error, or when the link is closed. */
  ask(message: Said): Promise<unknown>;
  /** Without an answer. */
  tell(message: Said): void;
  /** Answers what the other end says; may throw or reject, which the other end's `ask` then does. Set once. */
  answer(respond: (message: Heard) => unknown): void;
  close(): void;
}

/** Two ends of a link inside one process. */
export function memoryLink<A, B>(): [Link<A, B>, Link<B, A>] {
  const [near, far] = memoryWires();
  return [createLink<A, B>(near), createLink<B, A>(far)];
}

export function createLink<Said, Heard>(wire: Wire): Link<Said, Heard> {
  const pending = new Map<number, { resolve: (answer: unknown) => void; reject: (error: Error) => void }>();
  let respond: ((message: Heard) => unknown) | undefined;
  let count = 0;
  let isClosed = false;

  const reply = async (number: number, message: Heard): Promise<void> => {
    try {
      const answer = await respond?.(message);
      if (!isClosed && number > 0) wire.post({ re: number, answer } satisfies Envelope);
    } catch (error) {
      if (!isClosed && number > 0) wire.post({ re: number, error: packError(error) } satisfies Envelope);
    }
  };
  wire.onData = (data) => {
    const envelope = data as Envelope;
    if ('message' in envelope) {
      void reply(envelope.number, envelope.message as Heard);
      return;
    }
    const waiting = pending.get(envelope.re);
    pending.delete(envelope.re);
    if (envelope.error) waiting?.reject(unpackError(envelope.error));
    else waiting?.resolve(envelope.answer);
  };
  return {
    ask(message) {
      return new Promise((resolve, reject) => {
        if (isClosed) return reject(closed());
        count++;
        // Posted first: what cannot be copied throws, and then nobody waits.
        wire.post({ number: count, message } satisfies Envelope);
        pending.set(count, { resolve, reject });
      });
    },
    tell(message) {
      if (!isClosed) wire.post({ number: 0, message } satisfies Envelope);
    },
    answer(newRespond) {
      respond = newRespond;
    },
    close() {
      isClosed = true;
      wire.close();
      for (const { reject } of pending.values()) reject(closed());
      pending.clear();
    },
  };
}

type Envelope =
  /** Number 0 wants no answer. */
  | { readonly number: number; readonly message: unknown }
  | { readonly re: number; readonly answer?: unknown; readonly error?: PackedError };

interface PackedError {
  readonly message: string;
  readonly code: string | undefined;
  readonly faults: readonly Fault[] | undefined;
}

function memoryWires(): [Wire, Wire] {
  const make = (): Wire & { far: Wire | undefined } => ({
    far: undefined,
    onData: undefined,
    post(data) {
      const copy: unknown = structuredClone(data);
      queueMicrotask(() => this.far?.onData?.(copy));
    },
    close() {
      this.far = undefined;
    },
  });
  const near = make();
  const far = make();
  near.far = far;
  far.far = near;
  return [near, far];
}

function packError(error: unknown): PackedError {
  const { message, code, faults } = error as { message?: string; code?: string; faults?: readonly Fault[] };
  return { message: String(message ?? error), code, faults };
}

function unpackError({ message, code, faults }: PackedError): Error {
  return faults ? new ConfigError(faults) : Object.assign(new Error(message), code === undefined ? {} : { code });
}

function closed(): Error {
  return Object.assign(new Error('the link is closed'), { code: 'HALE_CLOSED' });
}
