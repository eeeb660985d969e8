// Active checks as a plain balancer runs them: every instance once in each interval, spread over it. What they mean is the
// policy's affair. hale has a schedule of its own (`core/checking`), so it does not use this.

import type { Surroundings } from '../policy.ts';

/** Calls `report` with every check's answer from now on, for as long as the clock runs. */
export function checkEach(
  { scenario, clock }: Surroundings,
  ask: (instance: number) => boolean,
  report: (instance: number, passed: boolean, now: number) => void,
): void {
  const { checkEveryMs, fleet } = scenario;
  for (let instance = 0; instance < fleet.instances; instance++) {
    const check = (): void => {
      const now = clock.now();
      report(instance, ask(instance), now);
      clock.schedule(checkEveryMs, check);
    };
    clock.schedule((instance * checkEveryMs) / fleet.instances, check);
  }
}
