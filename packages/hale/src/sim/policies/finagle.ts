// Finagle: the less loaded of two, the available before the unavailable, and failure accrual that marks an instance
// unavailable for a growing while and then lets one request probe it.
//
// Nothing is refused: after four pairs without an available instance it panics and takes what a fifth pair gives
// («PanicMode», in the mean from half of the fleet on). While a probe is under way the first answer decides, a straggler's
// too. Load is in flight; aperture, its default in a large fleet of clients, would be the same here, where one balancer
// has all of the fleet. What failed this request before is not drawn while others are left.
//
// Failures are what ServerErrorsAsFailures says, the default of its HTTP client: 500 and above, and errors of the
// connection or of time; 429 is a success. A withdrawn request is «ignorable».
//
// Source: twitter/finagle 24.8.0-SNAPSHOT, finagle-core/src/main/scala/com/twitter/finagle/: loadbalancer/p2c/P2CPick.scala,
// loadbalancer/Balancer.scala:219, loadbalancer/PanicMode.scala:63, liveness/FailureAccrualFactory.scala:288.

import type { Clock, Random } from '../../core/kernel/index.ts';
import type { Circuit } from '../../core/model/index.ts';
import { FinagleAccrual } from './finagle-accrual.ts';
import type { AccrualRule } from './finagle-accrual.ts';
import { drawOther } from './in-flight.ts';
import type { PolicyEntry } from '../policy.ts';

/** Pairs that are drawn before it panics. */
const MOST_EFFORT = 4;

export const finagle: PolicyEntry = {
  name: 'finagle',
  doc: 'the less loaded of two; success rate below .8 or five failures in a row take an instance out for 5 s to 300 s',
  source:
    'twitter/finagle 24.8.0, finagle-core liveness/FailureAccrualFactory.scala:288, loadbalancer/p2c/P2CPick.scala',
  make({ scenario, clock, random, onEject }) {
    const { instances } = scenario.fleet;
    const inFlight = new Int32Array(instances);
    const factories = Array.from({ length: instances }, (_, instance) => {
      return new AccrualFactory(clock, random, (rule) => onEject(instance, rule));
    });

    const better = (tried: readonly number[]): number => {
      const first = drawOther(instances, tried, random);
      if (instances - tried.length <= 1) return first;
      const second = drawOther(instances, [...tried, first], random);
      const isAvailable = factories[first].isAvailable;
      if (isAvailable !== factories[second].isAvailable) return isAvailable ? first : second;
      return inFlight[first] <= inFlight[second] ? first : second;
    };

    return {
      pick({ tried }) {
        let instance = better(tried);
        for (let pairs = 1; pairs <= MOST_EFFORT && !factories[instance].isAvailable; pairs++) instance = better(tried);
        const factory = factories[instance];
        factory.sent();
        inFlight[instance]++;
        return {
          instance,
          ended(ending) {
            inFlight[instance]--;
            if (ending === 'ignored') factory.ignored();
            else if (ending === 'good' || ending === 'overload') factory.succeeded();
            else factory.failed();
          },
        };
      },
      look: (instance) => ({ score: factories[instance].score, circuit: factories[instance].circuit }),
    };
  },
};

/** Its four states; there they are Alive, Dead, ProbeOpen and ProbeClosed. */
type State = 'in' | 'out' | 'probe-open' | 'probe-closed';

class AccrualFactory {
  readonly #clock: Clock;
  readonly #onEject: (rule: AccrualRule) => void;
  readonly #accrual: FinagleAccrual;
  #state: State = 'in';

  constructor(clock: Clock, random: Random, onEject: (rule: AccrualRule) => void) {
    this.#clock = clock;
    this.#onEject = onEject;
    this.#accrual = new FinagleAccrual(clock.now(), random);
  }

  get isAvailable(): boolean {
    return this.#state === 'in' || this.#state === 'probe-open';
  }

  get circuit(): Circuit {
    if (this.#state === 'in') return 'closed';
    return this.#state === 'out' ? 'open' : 'half-open';
  }

  get score(): number {
    return this.#accrual.rate;
  }

  sent(): void {
    if (this.#state === 'probe-open') this.#state = 'probe-closed';
  }

  succeeded(): void {
    const now = this.#clock.now();
    if (this.#state === 'probe-closed') {
      this.#accrual.revived(now);
      this.#state = 'in';
    }
    this.#accrual.succeeded(now);
  }

  failed(): void {
    if (this.#state !== 'in' && this.#state !== 'probe-closed') return;
    const verdict = this.#accrual.failed(this.#clock.now());
    if (verdict === undefined) {
      if (this.#state === 'probe-closed') this.#state = 'probe-open';
      return;
    }
    if (this.#state === 'in') this.#onEject(verdict.rule);
    this.#state = 'out';
    this.#clock.schedule(verdict.forMs, () => {
      this.#state = 'probe-open';
    });
  }

  ignored(): void {
    if (this.#state === 'probe-closed') this.#state = 'probe-open';
  }
}
