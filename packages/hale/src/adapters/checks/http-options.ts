// What an HTTP check may be asked to do. Everything that goes on the wire is held to its grammar here (RFC 9110), so that
// no option can smuggle a line into a request.

import { describe } from '../../core/model/index.ts';
import { OptionReader, plainText } from './options.ts';

/** Inclusive. */
export type StatusRange = readonly [low: number, high: number];

export interface HttpPlan {
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly host: string | undefined;
  readonly expect: readonly StatusRange[];
  readonly body: string | RegExp | undefined;
  readonly port: number | undefined;
  readonly timeoutMs: number | undefined;
}

const KEYS = ['path', 'method', 'headers', 'host', 'expect', 'body', 'port', 'timeout'];
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/;
/** Headers (lower case) that no check may set: they belong to the connection or to the body. `host` is an option. */
export const RESERVED_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const MOST_HEADERS = 64;

export function readHttpOptions(options: unknown, path: string, others: readonly string[]): HttpPlan {
  const reader = new OptionReader(options, path, [...KEYS, ...others]);
  const method = reader.read('method', 'a method name such as GET; not CONNECT or TRACE', (value) =>
    typeof value === 'string' && TOKEN.test(value) && !/^(connect|trace)$/i.test(value)
      ? value.toUpperCase()
      : undefined,
  );
  const body = reader.read('body', 'a text of 1 to 4096 characters, or a RegExp', (value) => {
    // A regular expression with state of its own (g, y) would match every other time.
    if (value instanceof RegExp) return new RegExp(value.source, value.flags.replace(/[gy]/g, ''));
    return typeof value === 'string' && value.length >= 1 && value.length <= 4096 ? value : undefined;
  });
  if (method === 'HEAD' && body !== undefined)
    reader.fault('body', 'none with method HEAD, whose answer has no body', describe(body));
  const plan: HttpPlan = {
    path:
      reader.read(
        'path',
        "a path that begins with '/', at most 4096 characters of ASCII without blanks or '#'",
        (value) =>
          typeof value === 'string' && value.length <= 4096 && /^\/[\u0021-\u0022\u0024-\u007e]*$/.test(value)
            ? value
            : undefined,
      ) ?? '/',
    method: method ?? 'GET',
    headers: readHeaders(reader),
    host: reader.read('host', 'a host name, with or without a port', (value) => {
      const text = plainText(1, 300)(value);
      return text !== undefined && /^[A-Za-z0-9._~%!$&'()*+,;=:[\]-]+$/.test(text) ? text : undefined;
    }),
    expect: reader.read('expect', "statuses from 100 to 599 such as 200, '200-299' or a list of them", readRanges) ?? [
      [200, 299],
    ],
    body,
    port: reader.port(),
    timeoutMs: reader.timeoutMs(),
  };
  reader.finish();
  return plan;
}

function readHeaders(reader: OptionReader): Record<string, string> {
  // A connection of its own for each check: whether it can be opened is half of the question, and a kept one may have
  // been closed by the instance a moment ago, which would look like a failure.
  const headers: Record<string, string> = {
    'user-agent': 'hale-check',
    'accept-encoding': 'identity',
    connection: 'close',
  };
  const given = reader.read('headers', `an object of at most ${MOST_HEADERS} headers`, (value) => {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject && Object.keys(value).length <= MOST_HEADERS ? Object.entries(value) : undefined;
  });
  for (const [name, value] of given ?? []) {
    const key = `headers.${name.slice(0, 64)}`;
    const lower = name.toLowerCase();
    if (!TOKEN.test(name)) reader.fault(key, 'a header name', describe(name));
    else if (lower === 'host') reader.fault(key, "the option 'host' instead", describe(value));
    else if (RESERVED_HEADERS.has(lower)) reader.fault(key, 'no header of the connection or the body', describe(name));
    // Its value may be a secret: only its kind is told.
    else if (plainText(0, 4096)(value) === undefined || /[^\u0020-\u00ff]/.test(value))
      reader.fault(key, 'one line of Latin text', typeof value === 'string' ? 'another text' : describe(value));
    else headers[lower] = value as string;
  }
  return headers;
}

function readRanges(value: unknown): readonly StatusRange[] | undefined {
  const parts = (Array.isArray(value) ? value : [value]).flatMap((part: unknown) =>
    typeof part === 'string' ? part.slice(0, 1000).split(',') : [part],
  );
  const ranges = parts.map((part) => {
    const match = /^\s*(\d{3})(?:\s*-\s*(\d{3}))?\s*$/.exec(
      String(typeof part === 'number' || typeof part === 'string' ? part : ''),
    );
    if (!match) return undefined;
    const low = Number(match[1]);
    const high = Number(match[2] ?? match[1]);
    return low >= 100 && high <= 599 && low <= high ? ([low, high] as const) : undefined;
  });
  const isGood = ranges.length >= 1 && ranges.length <= 100 && ranges.every((range) => range !== undefined);
  return isGood ? (ranges as readonly StatusRange[]) : undefined;
}
