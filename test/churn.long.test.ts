// A day of a restless service on virtual time: instances come and go, fall ill and heal, while requests flow. Afterwards
// nothing may be left over: no lease in flight, no memory that grew with the hours, and nobody forgotten.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { HealthAwareLoadBalancer } from 'hale';
import type { ServiceInstance } from 'hale';
import { seededRandom, virtualClock } from 'hale/testing';

// The runner passes no --expose-gc; set now, the flag holds for the next context.
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const HOURS = 24;
const REQUESTS_PER_SECOND = 25;

for (const strategy of ['lowest-price', 'least-request', 'maglev'] as const) {
  test(`a day of churn leaves nothing behind, with ${strategy}`, () => {
    const clock = virtualClock();
    const random = seededRandom(2026);
    const balancer = new HealthAwareLoadBalancer({ preset: 'serving', strategy, clock, random: seededRandom(7) });
    const users = balancer.service('users');
    const ill = new Set<string>();
    let born = 0;
    let members: ServiceInstance[] = Array.from({ length: 40 }, () => ({ id: `i${born++}` }));
    users.update(members);

    let lost = 0;
    let unanswered = 0;
    let sent = 0;
    let heapAfterFirstHour = 0;
    const second = (): void => {
      for (let i = 0; i < REQUESTS_PER_SECOND; i++) {
        sent++;
        const lease = users.pick({ key: `k${Math.floor(random() * 1000)}`, replayable: random() < 0.5 });
        clock.runUntil(clock.now() + 1000 / REQUESTS_PER_SECOND);
        if (lease === undefined) unanswered++;
        else if (ill.has(lease.instance.id)) {
          lost++;
          lease.fail(random() < 0.5 ? 'reset' : 'server-error');
        } else if (random() < 0.01) lease.ignore();
        else lease.succeed({ latencyMs: 5 + 20 * random() });
      }
    };

    for (let s = 0; s < HOURS * 3600; s++) {
      if (s % 20 === 0) {
        // One goes, one comes.
        members = [...members.filter((_, i) => i !== Math.floor(random() * members.length)), { id: `i${born++}` }];
        while (members.length > 40) members.shift();
        users.update(members);
      }
      if (s % 300 === 0) {
        // A tenth falls ill, and is well again five minutes later.
        ill.clear();
        for (const { id } of members) if (random() < 0.1) ill.add(id);
      }
      second();
      if (s === 3600) heapAfterFirstHour = heap();
    }
    assert.equal(unanswered, 0);
    assert.ok(lost < sent * 0.02, `lost ${lost} of ${sent}`);

    // Everybody is well now, and everybody gets work again.
    ill.clear();
    for (let s = 0; s < 300; s++) second();
    const seen = users.inspect();
    assert.equal(
      seen.instances.reduce((sum, { inFlight }) => sum + inFlight, 0),
      0,
    );
    assert.deepEqual(
      seen.instances.filter(({ circuit, eligible }) => circuit !== 'closed' || !eligible).map(({ id }) => id),
      [],
    );
    const grown = heap() - heapAfterFirstHour;
    assert.ok(grown < 2 * 1024 * 1024, `the heap grew by ${(grown / 1024).toFixed(0)} KiB in ${HOURS - 1} hours`);
  });
}

function heap(): number {
  collect();
  return process.memoryUsage().heapUsed;
}
