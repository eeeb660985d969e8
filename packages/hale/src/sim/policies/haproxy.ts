// HAProxy with everything that its manual offers for health: `balance leastconn`, `option httpchk` with `inter` as often as
// the scenario checks, `fall 3 rise 2`, `observe layer7 error-limit 10 on-error mark-down`, `slowstart 10s`. Rise, fall and
// error-limit are the defaults; the rest has to be switched on, and the 10 s are a choice.
//
// Ten errors in a row mark an instance down at once; two passed checks bring it back, after which its weight grows for 10 s.
// An error is an answer of 500 or more, a time-out, or a connection refused. A connection that breaks before the head
// counts only where it was not reused (http_ana.c:1302, 1413); `http-reuse safe` is the default and most are, so it does not
// count here. A 429 is sound. A passed check forgets the run as well.
//
// Where it fails: passing checks return an instance that fails its requests within seconds, and its fast errors attract what
// is sent by the fewest connections. Without checks nothing is observed: `observe` demands `check`.
//
// Source: haproxy/haproxy 3.5-dev5, src/check.c `set_server_check_status` (504-537) and `__health_adjust` (663-739),
// http_ana.c:1508-1513, lb_fwlc.c `fwlc_get_key` (286), server.c `server_recalc_eweight` (2514).

import { checkEach } from './checks.ts';
import { FULL, Standing } from './haproxy-standing.ts';
import type { Ending } from '../request.ts';
import type { PolicyEntry } from '../policy.ts';

export const haproxy: PolicyEntry = {
  name: 'haproxy',
  doc: 'HAProxy: least connections, checks, ten errors in a row mark down, slow start of 10 s',
  source: 'haproxy/haproxy 3.5-dev5, src/check.c:504-739, src/lb_fwlc.c:286, src/server.c:2514',
  make(surroundings) {
    const { scenario, clock, onEject } = surroundings;
    const { instances, weights } = scenario.fleet;
    const standings = Array.from(
      { length: instances },
      (_, place) => new Standing(weights?.[place % weights.length] ?? 1),
    );
    let turns = 0;
    let isObserved = false;

    const observe = (instance: number, verdict: Verdict): void => {
      if (!isObserved || verdict === 'nothing') return;
      if (verdict === 'good') standings[instance].errors = 0;
      else if (standings[instance].erred()) onEject(instance, 'run');
    };

    return {
      pick({ now, tried }) {
        const chosen = choose(standings, tried, now);
        if (chosen < 0) return undefined; // 503: no server is available
        const standing = standings[chosen];
        let isHeaded = false;
        standing.inFlight++;
        standing.turn = ++turns;
        return {
          instance: chosen,
          responded() {
            isHeaded = true;
            observe(chosen, 'good');
          },
          ended(ending) {
            standing.inFlight--;
            standing.turn = ++turns;
            observe(chosen, isHeaded && ending === 'reset' ? 'error' : VERDICTS[ending]);
          },
        };
      },
      startChecks(ask) {
        isObserved = true;
        checkEach(surroundings, ask, (instance, passed, now) => {
          if (passed) standings[instance].passed(now);
          else if (standings[instance].failed()) onEject(instance, 'checks');
        });
      },
      look(instance) {
        const standing = standings[instance];
        if (!standing.isUp) return { score: 0, circuit: 'open' };
        const score = standing.warmth(clock.now()) / FULL;
        return { score, circuit: score < 1 ? 'half-open' : 'closed' };
      },
    };
  },
};

type Verdict = 'good' | 'error' | 'nothing';

const VERDICTS: Readonly<Record<Ending, Verdict>> = {
  good: 'good',
  overload: 'good',
  'server-error': 'error',
  timeout: 'error',
  connect: 'error',
  reset: 'nothing',
  ignored: 'nothing',
  check: 'nothing',
  other: 'nothing',
};

/** The least busy of those that are up; one that was tried only where nobody else is. */
function choose(standings: readonly Standing[], tried: readonly number[], now: number): number {
  let best = -1;
  let bestTried = false;
  let bestKey = 0;
  for (let place = 0; place < standings.length; place++) {
    const standing = standings[place];
    if (!standing.isUp) continue;
    const wasTried = tried.includes(place);
    const key = standing.key(now);
    const isBetter =
      best < 0 ||
      (wasTried === bestTried ? key < bestKey || (key === bestKey && standing.turn < standings[best].turn) : bestTried);
    if (!isBetter) continue;
    best = place;
    bestTried = wasTried;
    bestKey = key;
  }
  return best;
}
