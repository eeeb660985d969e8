// The contract of the rules that hale is compared with: who gets the request, and what the answers teach.
// Each is a few lines beside this file; all forward through the same plain forwarder.

export interface Policy {
  readonly name: string;
  /** An instance's id that is not in `tried`, or undefined to refuse the request. `now` in milliseconds. */
  pick(tried: readonly string[], now: number): string | undefined;
  succeeded(id: string, now: number): void;
  failed(id: string, now: number): void;
}

/** The next in turn among `ids` after position `from` that `suits`, as [id, its position]; undefined when none does. */
export function nextInTurn(
  ids: readonly string[],
  from: number,
  suits: (id: string) => boolean,
): [string, number] | undefined {
  for (let step = 1; step <= ids.length; step++) {
    const position = (from + step) % ids.length;
    if (suits(ids[position])) return [ids[position], position];
  }
  return undefined;
}
