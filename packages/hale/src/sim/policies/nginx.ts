// nginx's round robin: smooth weighted turns, and whoever fails once (max_fails=1) is passed over for 10 s
// (fail_timeout=10s), after which one request tries it. Passive only; the defaults of `server` in an upstream.
//
// What fails is what goes to the next instance. `proxy_next_upstream` is set here to the repetitions that all policies get,
// `error timeout http_500 http_502 http_503 http_504` and two tries: its default knows no status. Then an answer of 5xx
// counts only while the request may be sent again, the last try's is passed on and counts as sound
// (ngx_http_upstream.c:2815); so does a break after the head (4810), an abort, and a 429, which is not listed.
//
// Where it fails: requests that are bad for everybody take everybody out, and when all are out it answers 502 at once. (A
// reset of everybody, the "quick recovery", was removed in 1.11.5.) A fleet of one is never out.
//
// Source: nginx/nginx 1.31.5, src/http/ngx_http_upstream_round_robin.c: `ngx_http_upstream_get_peer` (810-929) and
// `ngx_http_upstream_free_round_robin_peer_locked` (1022-1100).

import type { Ending } from '../request.ts';
import type { PolicyEntry } from '../policy.ts';

const MAX_FAILS = 1;
const FAIL_TIMEOUT_S = 10;

interface Standing {
  readonly weight: number;
  effective: number;
  current: number;
  fails: number;
  /** Last failure, in whole seconds, as nginx keeps its time. */
  accessed: number;
  /** Last failure or trial. */
  checked: number;
}

export const nginx: PolicyEntry = {
  name: 'nginx',
  doc: 'nginx: smooth round robin, one failure is passed over for 10 s, passive only',
  source: 'nginx/nginx 1.31.5, src/http/ngx_http_upstream_round_robin.c:810-1100',
  make({ scenario, clock, onEject }) {
    const { instances, weights } = scenario.fleet;
    const standings = Array.from({ length: instances }, (_, place): Standing => {
      const weight = weights?.[place % weights.length] ?? 1;
      return { weight, effective: weight, current: 0, fails: 0, accessed: 0, checked: 0 };
    });
    const isAlone = instances === 1;

    const settle = (instance: number, isFailure: boolean, now: number): void => {
      const standing = standings[instance];
      if (isAlone) return; // 1038: what it remembers is wiped each time
      if (!isFailure) {
        if (standing.accessed < standing.checked) standing.fails = 0; // 1084: the trial of 924 went well
        return;
      }
      standing.accessed = standing.checked = wholeSeconds(now);
      standing.effective = Math.max(0, standing.effective - standing.weight / MAX_FAILS);
      if (++standing.fails === MAX_FAILS) onEject(instance, 'run');
    };

    return {
      pick({ now, tried, replayable }) {
        const chosen = choose(standings, tried, wholeSeconds(now));
        if (chosen < 0) return undefined;
        let isHeaded = false;
        return {
          instance: chosen,
          responded: () => void (isHeaded = true),
          ended: (ending, at) => settle(chosen, !isHeaded && goesOn(ending, replayable), at),
        };
      },
      look(instance) {
        const standing = standings[instance];
        if (standing.fails < MAX_FAILS) return { score: 1, circuit: 'closed' };
        return { score: 0, circuit: isPassedOver(standing, wholeSeconds(clock.now())) ? 'open' : 'half-open' };
      },
    };
  },
};

// 858-926. Each gains its weight, the richest is chosen and pays for all: over a round everybody has their share, spread
// evenly. A failure takes the weight away; it returns by one for each pick.
function choose(standings: readonly Standing[], tried: readonly number[], second: number): number {
  const mayRepeat = tried.length >= standings.length;
  let best = -1;
  let total = 0;
  for (let place = 0; place < standings.length; place++) {
    const standing = standings[place];
    if ((!mayRepeat && tried.includes(place)) || isPassedOver(standing, second)) continue;
    standing.current += standing.effective;
    total += standing.effective;
    standing.effective = Math.min(standing.weight, standing.effective + 1);
    if (best < 0 || standing.current > standings[best].current) best = place;
  }
  if (best < 0) return best;
  standings[best].current -= total;
  // From here on nobody else is sent there until the answer is known.
  if (second - standings[best].checked > FAIL_TIMEOUT_S) standings[best].checked = second;
  return best;
}

function isPassedOver({ fails, checked }: Standing, second: number): boolean {
  return fails >= MAX_FAILS && second - checked <= FAIL_TIMEOUT_S;
}

function goesOn(ending: Ending, mayBeSentAgain: boolean): boolean {
  if (ending === 'good' || ending === 'ignored' || ending === 'overload') return false;
  return ending !== 'server-error' || mayBeSentAgain;
}

function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000);
}
