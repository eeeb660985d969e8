// Whose fault is it, the instance's or the request's? Clients and routes that fail wherever they are sent, and the reverse:
// an instance that fails for one route alone.

import type { CallerKey, Scenario } from '../scenario.ts';
import { WATCHED, always, during, scenario } from './ordinary.ts';

const REPORT = '/report';

function poisonClient(percent: number): Scenario {
  const client: CallerKey = { key: 'poisonous', share: percent / 100, poisonShare: 1 };
  return scenario({
    name: `poison-client-${percent}`,
    doc: `one client sends ${percent} % of the requests, and all of them fail on every instance`,
    script: always({ name: 'poison', by: 'error' }),
    callers: { keys: [client] },
  });
}

export const BLAME: readonly Scenario[] = [
  poisonClient(1),
  poisonClient(20),
  poisonClient(60),
  scenario({
    name: 'poison-hides-brownout',
    doc: 'beside a client whose requests all fail, a fifth of all, one instance fails a tenth; nothing may be repeated',
    script: [...always({ name: 'poison', by: 'error' }), ...during({ name: 'brownout', share: 0.1, method: 'POST' })],
    callers: { method: 'POST', keys: [{ key: 'poisonous', share: 0.2, poisonShare: 1 }] },
    watched: WATCHED,
  }),
  scenario({
    name: 'route-fails-everywhere',
    doc: 'a tenth of the requests asks for a route that every instance fails, for 30 s; they do not count',
    script: during({ name: 'route-fails', route: REPORT, status: 500 }, '*'),
    callers: { keys: [{ key: REPORT, share: 0.1, route: REPORT, poisonShare: 1 }] },
  }),
  scenario({
    name: 'route-fails-at-one',
    doc: 'a tenth of the requests asks for a route that one instance fails, for 30 s; no check sees it',
    script: during({ name: 'route-fails', route: REPORT, status: 500 }),
    callers: { keys: [{ key: REPORT, share: 0.1, route: REPORT }] },
    watched: WATCHED,
  }),
];
