// The proxy's own answers, given only when no instance gave one. RFC 9457 problem details with a stable `code`.
//
// A client learns what it can act upon (the status, when to come back) and an operator a word to search for; which
// instances exist, and why each was not asked, stays inside.

export interface Problem {
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail: string;
}

export type ProblemCode = keyof typeof PROBLEMS;

/** Every answer of hale's own: status and title. Documentation and tests are held against this table. */
export const PROBLEMS = {
  'malformed-request': [400, 'Malformed request'],
  'no-route': [404, 'No such route'],
  'request-timeout': [408, 'The request took too long'],
  'body-too-large': [413, 'Chunk extensions too large'],
  'expectation-failed': [417, 'Expectation failed'],
  'head-too-large': [431, 'Request head too large'],
  'internal-error': [500, 'A fault of this proxy'],
  'not-implemented': [501, 'Not implemented'],
  'connect-failed': [502, 'No connection to the instance'],
  'connection-reset': [502, 'The instance closed the connection'],
  'bad-answer': [502, 'The instance answered nonsense'],
  'forbidden-address': [502, 'The address of the instance is not allowed'],
  'no-instance': [503, 'No instance available'],
  overloaded: [503, 'Every instance is at its limit'],
  'connect-timeout': [504, 'No connection in time'],
  'response-timeout': [504, 'No answer in time'],
  'version-not-supported': [505, 'Version not supported'],
  'loop-detected': [508, 'The request has passed here before'],
} as const;

export function problem(code: ProblemCode, detail: string): Problem {
  return { status: PROBLEMS[code][0], code, detail };
}

/** The body of a problem. */
export function renderProblem({ code, detail }: Problem): string {
  const [status, title] = PROBLEMS[code];
  return `${JSON.stringify({ type: 'about:blank', title, status, code, detail })}\n`;
}
