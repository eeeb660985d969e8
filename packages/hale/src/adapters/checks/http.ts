// The HTTP check: one request on a connection of its own, judged by its status and, if asked, by its body.
//
// Through node:http, or the runtime's fetch where there is none, so that it runs anywhere. Redirects are never followed:
// where they lead says nothing of this instance, and a client must not be sent about by it. Where it fails: an endpoint that answers 200 while the service
// behind it is broken; that is why passing checks alone never restore a circuit.

import type { Check, CheckAnswer } from '../../core/checking/index.ts';
import type { AddressRule } from './address-rule.ts';
import { checkBy } from './asking.ts';
import { failure } from './failure.ts';
import type { HttpAnswer, HttpQuestion } from './http-exchange.ts';
import { askHttp } from './http-exchange.ts';
import type { HttpPlan } from './http-options.ts';
import { readHttpOptions } from './http-options.ts';

export interface HttpCheckOptions {
  /** Absolute path with its query, up to 4096 characters. Default '/'. */
  readonly path?: string;
  /** Default 'GET'. Any method but CONNECT and TRACE. */
  readonly method?: string;
  /** At most 64, besides `host`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The Host header, for instances behind virtual hosts; also the name that TLS asks for. Needs node:http. */
  readonly host?: string;
  /** Good statuses: `200`, `'200-299'`, `'200-299, 404'`, or a list of these. Default '200-299'. */
  readonly expect?: number | string | readonly (number | string)[];
  /** Must be contained in (or match) the first 64 KiB of the body, read as UTF-8. */
  readonly body?: string | RegExp;
  /** Instead of the instance's own port, 1 to 65535. */
  readonly port?: number;
  /** Beside `check.timeout`: a duration from 1 ms to 10 min, as text or milliseconds. */
  readonly timeout?: number | string;
}

/** A check by an HTTP request. Throws `ConfigError` with all faults of the options. */
export function httpCheck(options?: HttpCheckOptions): Check {
  return httpCheckAt(options, '', []);
}

/** The same with the path of the options in a larger configuration, and keys that are someone else's there. */
export function httpCheckAt(
  options: unknown,
  path: string,
  others: readonly string[],
  isForbidden?: AddressRule,
  ask: (question: HttpQuestion) => Promise<HttpAnswer | undefined> = askHttp,
): Check {
  const plan = readHttpOptions(options, path, others);
  const { method, headers, host } = plan;
  return checkBy({ ...plan, isForbidden }, async (asked) => {
    const answer = await ask({ asked, path: plan.path, method, headers, host, wantsBody: plan.body !== undefined });
    return answer === undefined ? { kind: 'ignored' } : judge(plan, answer);
  });
}

function judge({ expect, body }: HttpPlan, answer: HttpAnswer): CheckAnswer {
  if (!expect.some(([low, high]) => answer.status >= low && answer.status <= high)) {
    const expected = expect.map(([low, high]) => (low === high ? low : `${low}-${high}`)).join(', ');
    return failure('check', `it answered ${answer.status}, expected ${expected}`);
  }
  const isThere =
    body === undefined || (typeof body === 'string' ? answer.body.includes(body) : body.test(answer.body));
  return isThere || failure('check', 'the expected text is not in its body');
}
