// One request's life: route, pick, send, relay, settle; and again on another instance when that is safe.
//
// Nothing is decided here. Whose fault a result is says `classify`, whether a request may be sent again says the service,
// who is asked says the pick. What is here is the order of things, and one rule of honesty: an answer of an instance
// passes unchanged, and hale speaks for itself only when no instance did.

import type { Clock, FailureCause, Lease, Outcome, Service } from 'hale';
import { isIdempotent, isKill, isRepeatable } from 'hale/engine';
import { endpointOf } from '../endpoint.ts';
import type { Answer } from '../answer.ts';
import type { Dispatch, Forwarder, SendFailure, Sent } from '../attempt.ts';
import type { Client, RelayEnd } from '../client.ts';
import { endToEnd, hasPassed, valuesOf, withForwarded } from '../http1/index.ts';
import type { ForwardedPolicy } from '../http1/index.ts';
import { problem } from '../problem.ts';
import type { Problem } from '../problem.ts';
import type { HashKey } from './key.ts';
import { keyOf } from './key.ts';

/** A service as an exchange needs it. */
export interface RoutedService {
  readonly service: Service;
  readonly forwarder: Forwarder;
  readonly key: HashKey | undefined;
  readonly idleMs: number;
}

export interface ExchangeContext {
  readonly route: (authority: string, path: string) => RoutedService | undefined;
  readonly clock: Clock;
  readonly forwarded: ForwardedPolicy;
  /** This proxy's name in `Via`, unlike any other's: by it a loop is recognised. */
  readonly pseudonym: string;
  readonly exposeInstance: boolean;
}

/** Answers the client, in every case. */
export async function exchange(client: Client, context: ExchangeContext): Promise<void> {
  const { head, body } = client;
  if (hasPassed(head.fields, context.pseudonym))
    return client.refuse(problem('loop-detected', 'A route leads back to this proxy.'), attemptsField(0));
  const routed = context.route(head.authority, head.path);
  if (!routed)
    return client.refuse(problem('no-route', 'No route matches the host and path of the request.'), attemptsField(0));

  const { service } = routed;
  const { max } = service.settings.retries;
  const key = keyOf(head, routed.key);
  const idempotent = isIdempotent(head.method);
  const fields = withForwarded(endToEnd(head.fields), context.forwarded, head, context.pseudonym);
  const tried: string[] = [];
  let kills = 0;
  let failure: SendFailure | undefined;
  let held: Held | undefined;
  let now = context.clock.now();
  service.beginRequest(now);

  for (;;) {
    const lease = service.pick({
      key,
      exclude: tried,
      replayable: idempotent && body.fitsReplay && tried.length < max,
      now,
    });
    if (!lease) break;
    // Paid for here, where there is somebody to send it to. Between the verdict and this nothing else runs.
    if (tried.length > 0 && !service.beginRetry(now)) {
      lease.ignore();
      break;
    }
    tried.push(lease.instance.id);
    const startedAt = now;
    const sent = await send(client, routed, lease, fields, idempotent);
    now = context.clock.now();

    if (sent.kind === 'abandoned') {
      lease.ignore();
      held?.answer.discard();
      if (sent.stalled)
        client.refuse(
          problem('request-timeout', 'The body of the request did not come in time.'),
          attemptsField(tried.length),
        );
      return;
    }
    const outcome = outcomeOf(service, sent);
    const cause = outcome.kind === 'failure' ? outcome.cause : undefined;
    if (cause !== undefined && isKill(cause)) kills++;
    const mayRetry = (delivered: boolean): boolean =>
      cause !== undefined &&
      !service.hasNobodyBut(tried) &&
      service.mayRetry(
        { attempt: tried.length, cause, idempotent, delivered, replayable: body.isReplayable, kills },
        now,
      );

    if (sent.kind === 'failed') {
      failure = sent.failure;
      settle(lease, outcome, now);
      if (!mayRetry(failure.delivered)) break;
    } else {
      const { answer } = sent;
      if (!isRepeatable(answer.status) || !mayRetry(true)) {
        held?.answer.discard();
        if (outcome.kind === 'success') lease.responded({ latencyMs: now - startedAt });
        body.commit();
        const end = await relay(client, { answer, id: lease.instance.id }, routed, context, tried.length);
        settle(lease, outcomeOfRelay(end, outcome), context.clock.now());
        return;
      }
      // Should nobody do better, this answer is the client's.
      held?.answer.discard();
      held = { answer, id: lease.instance.id };
      settle(lease, outcome, now);
    }
  }

  if (held) await relay(client, held, routed, context, tried.length);
  else if (failure)
    client.refuse(problem(failure.code, 'No instance answered the request.'), attemptsField(tried.length));
  else client.refuse(refusalOf(service), [...attemptsField(0), 'Retry-After', retryAfter(service)]);
}

function refusalOf(service: Service): Problem {
  if (service.refusal === 'full') return problem('overloaded', 'Every instance has as many requests as it may.');
  return problem('no-instance', 'No instance can take the request now.');
}

/** The instance has no address, which whoever gave it should have been told: it fails like one that nobody can reach. */
const NOWHERE: Sent = {
  kind: 'failed',
  failure: { code: 'connect-failed', error: { code: 'EHOSTUNREACH' }, delivered: false, stale: false },
};

/** An answer, and whose it is. */
interface Held {
  readonly answer: Answer;
  readonly id: string;
}

async function send(
  client: Client,
  routed: RoutedService,
  lease: Lease,
  fields: readonly string[],
  idempotent: boolean,
): Promise<Sent> {
  const { head, body } = client;
  const endpoint = endpointOf(lease.instance);
  if (!endpoint) return NOWHERE;
  const dispatch = (fresh: boolean): Dispatch => ({
    endpoint,
    method: head.method,
    path: head.path,
    fields,
    body,
    fresh,
    onInformation: (status, information) => client.inform(status, information),
  });
  const first = await attempt(client, routed.forwarder, dispatch(false));
  // The instance closed an old connection, perhaps before it looked: the same lease, a fresh connection, the truth.
  if (first.kind !== 'failed' || !first.failure.stale || !body.isReplayable) return first;
  return idempotent || !first.failure.delivered ? attempt(client, routed.forwarder, dispatch(true)) : first;
}

async function attempt(client: Client, forwarder: Forwarder, dispatch: Dispatch): Promise<Sent> {
  const { sent, cancel } = forwarder.send(dispatch);
  client.onLeave = cancel;
  const result = await sent;
  client.onLeave = undefined;
  return result;
}

function outcomeOf({ classifier }: Service, sent: Exclude<Sent, { kind: 'abandoned' }>): Outcome {
  if (sent.kind === 'failed') return classifier.error(sent.failure.error);
  const { status, fields } = sent.answer;
  // A Retry-After may be a date, and only the wall clock knows dates.
  const wallMs = status === 429 || status === 503 ? Date.now() : undefined;
  return classifier.answer(status, (name) => valuesOf(fields, name)[0], wallMs);
}

/** How passing on ended counts more than how it began, unless the instance had failed already. */
function outcomeOfRelay(end: RelayEnd, outcome: Outcome): Outcome {
  if (end === 'complete' || outcome.kind === 'failure') return outcome;
  if (end === 'left') return { kind: 'ignored' };
  return {
    kind: 'failure',
    cause: end === 'broken' ? 'reset' : end === 'stalled' ? 'timeout' : ('other' satisfies FailureCause),
  };
}

function settle(lease: Lease, outcome: Outcome, now: number): void {
  if (outcome.kind === 'success') lease.succeed({ now });
  else if (outcome.kind === 'ignored') lease.ignore();
  else lease.fail(outcome.cause, { now, retryAfterMs: outcome.retryAfterMs });
}

async function relay(
  client: Client,
  { answer, id }: Held,
  routed: RoutedService,
  context: ExchangeContext,
  attempts: number,
): Promise<RelayEnd> {
  const extra = context.exposeInstance ? ['x-hale-instance', writable(id), ...attemptsField(attempts)] : [];
  const end = await client.relay(answer, extra, routed.idleMs);
  if (end === 'unsendable')
    client.refuse(problem('bad-answer', 'The answer of the instance cannot be passed on.'), attemptsField(attempts));
  return end;
}

/** Seconds, as the field wants them: at least one, so that nobody comes back at once. */
function retryAfter(service: Service): string {
  return String(Math.max(1, Math.ceil((service.nextChangeInMs() ?? 0) / 1000)));
}

function attemptsField(attempts: number): string[] {
  return ['x-hale-attempts', String(attempts)];
}

// Ids may hold any character; fields may not.
function writable(id: string): string {
  return /^[\x21-\x7e]+$/.test(id) ? id : encodeURIComponent(id);
}
