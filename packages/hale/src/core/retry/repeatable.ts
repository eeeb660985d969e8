// Which answers are worth asking another instance for the same thing.
//
// Those that blame the instance: 5xx, but for 501 and 505, which say what no instance of the service can do. A 500 may have
// done half of the work; so this is asked for idempotent requests only, for which doing it twice is doing it once. What
// blames the request (4xx) is the client's to know, and so is a 429: it may be this client's own quota, and asking around
// it would be cheating.
//
// The obvious wrong way, to repeat only 502, 503 and 504 because "a gateway said so", passes on every error of the commonest
// sick instance there is: the one whose own dependency is gone, and which answers 500 within a millisecond.

/** Is an answer of this status, to an idempotent request, worth a second instance? */
export function isRepeatable(status: number): boolean {
  return status >= 500 && status <= 599 && status !== 501 && status !== 505;
}
