// One request's life: route, pick, send, relay, settle; and again on another instance when that is safe.
//
// Nothing is decided here. Whose fault a result is says `classify`, whether a request may be sent again says the service,
// who is asked says the pick. What is here is the order of things, and one rule of honesty: an answer of an instance
// passes unchanged, and hale speaks for itself only when no instance did.

import type { Clock, Lease, Outcome, Service } from 'hale';
import { isIdempotent, isKill, isRepeatable } from 'hale/engine';
import { endpointOf } from '../endpoint.ts';
import type { Answer } from '../answer.ts';
import type { Dispatch, Forwarder, SendFailure, Sent } from '../attempt.ts';
import type { Client, RelayEnd } from '../client.ts';
import { endToEnd, hasPassed, withForwarded } from '../http1/index.ts';
import type { ForwardedPolicy } from '../http1/index.ts';
import { problem } from '../problem.ts';
import type { HashKey } from './key.ts';
import { blameKeyOf, keyOf } from './key.ts';
import { outcomeOf, outcomeOfRelay } from './outcome.ts';
import { attemptsField, instanceFields, refusalOf, retryAfter, withoutOurs } from './own-words.ts';

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
  /** Something here threw, which it never should. */
  readonly onBug: (error: unknown) => void;
}

/** Answers the client, in every case. Rejects only when a bug struck within the answer: then the connection must go. */
export async function exchange(client: Client, context: ExchangeContext): Promise<void> {
  const course: Course = { lease: undefined, held: undefined, attempts: 0, isRelaying: false };
  try {
    await carryOut(client, context, course);
  } catch (error) {
    context.onBug(error);
    if (course.isRelaying) throw error;
    client.refuse(problem('internal-error', 'This proxy failed at the request.'), attemptsField(course.attempts));
  } finally {
    // A lease that nobody settles would count as in flight for ever.
    course.lease?.ignore();
    course.held?.answer.discard();
  }
}

/** What is to be given back however an exchange ends. */
interface Course {
  /** Not settled yet. */
  lease: Lease | undefined;
  /** Should nobody do better, this answer is the client's. */
  held: Held | undefined;
  attempts: number;
  /** The client's answer may have begun. */
  isRelaying: boolean;
}

async function carryOut(client: Client, context: ExchangeContext, course: Course): Promise<void> {
  const { head, body } = client;
  if (hasPassed(head.fields, context.pseudonym))
    return client.refuse(problem('loop-detected', 'A route leads back to this proxy.'), attemptsField(0));
  const routed = context.route(head.authority, head.path);
  if (!routed)
    return client.refuse(problem('no-route', 'No route matches the host and path of the request.'), attemptsField(0));

  const { service } = routed;
  const { max } = service.settings.retries;
  const key = keyOf(head, routed.key);
  const blameKey = blameKeyOf(head);
  const idempotent = isIdempotent(head.method);
  const fields = withForwarded(endToEnd(head.fields), context.forwarded, head, context.pseudonym);
  const tried: string[] = [];
  let kills = 0;
  let failure: SendFailure | undefined;
  let now = context.clock.now();
  service.beginRequest(now);

  for (;;) {
    // Between two attempts nobody listens for its leaving.
    if (client.hasLeft) return;
    const lease = service.pick({
      key,
      blameKey,
      exclude: tried,
      replayable: idempotent && body.fitsReplay && tried.length < max,
      now,
    });
    if (!lease) break;
    course.lease = lease;
    // While the client brings its body, that no answer comes is not the instance's silence.
    if (!body.isComplete) lease.uploading({ now });
    // Paid for here, where there is somebody to send it to. Between the verdict and this nothing else runs.
    if (tried.length > 0 && !service.beginRetry(now)) {
      settle(course, { kind: 'ignored' }, now);
      break;
    }
    course.attempts = tried.push(lease.instance.id);
    const sent = await send(client, routed, lease, fields, idempotent);
    now = context.clock.now();

    if (sent.kind === 'abandoned') {
      settle(course, { kind: 'ignored' }, now);
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
        {
          attempt: tried.length,
          cause,
          idempotent,
          delivered,
          replayable: body.isReplayable,
          kills,
          suspected: lease.isKeyBlamed,
        },
        now,
      );

    if (sent.kind === 'failed') {
      failure = sent.failure;
      settle(course, outcome, now);
      if (!mayRetry(failure.delivered)) break;
    } else {
      const { answer, waitedMs } = sent;
      const its: Held = { answer, id: lease.instance.id };
      course.held?.answer.discard();
      course.held = its;
      if (!isRepeatable(answer.status) || !mayRetry(true)) {
        if (outcome.kind === 'success' && waitedMs >= 0) lease.responded({ latencyMs: waitedMs, now });
        body.commit();
        const end = await relay(client, its, routed, context, course);
        settle(course, outcomeOfRelay(end, outcome), context.clock.now(), waitedMs);
        return;
      }
      settle(course, outcome, now);
    }
  }

  const { held } = course;
  // It may have broken off while somebody else was asked.
  if (held && !held.answer.body.destroyed) await relay(client, held, routed, context, course);
  else if (held || failure)
    client.refuse(
      problem(failure?.code ?? 'connection-reset', 'No instance answered the request.'),
      attemptsField(tried.length),
    );
  else client.refuse(refusalOf(service), [...attemptsField(0), 'Retry-After', retryAfter(service)]);
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

// `waitedMs` NaN: no sample. Never the whole time, in which a client reads as slowly as it likes.
function settle(course: Course, outcome: Outcome, now: number, waitedMs = NaN): void {
  const { lease } = course;
  course.lease = undefined;
  if (outcome.kind === 'success') lease?.succeed({ now, latencyMs: waitedMs });
  else if (outcome.kind === 'ignored') lease?.ignore({ now });
  else lease?.fail(outcome.cause, { now, retryAfterMs: outcome.retryAfterMs });
}

async function relay(
  client: Client,
  { answer, id }: Held,
  routed: RoutedService,
  context: ExchangeContext,
  course: Course,
): Promise<RelayEnd> {
  const extra = context.exposeInstance ? instanceFields(id, course.attempts) : [];
  const passed: Answer = {
    ...answer,
    fields: withoutOurs(answer.fields),
    trailers: () => withoutOurs(answer.trailers()),
  };
  course.isRelaying = true;
  const end = await client.relay(passed, extra, routed.idleMs);
  if (end === 'unsendable')
    client.refuse(
      problem('bad-answer', 'The answer of the instance cannot be passed on.'),
      attemptsField(course.attempts),
    );
  return end;
}
