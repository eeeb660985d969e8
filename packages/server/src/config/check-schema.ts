// `health.check`: what an active check asks. How often and how it counts are knobs, merged in by `health-schema.ts`.
//
// One flat mapping, not a union by type: so that a fault says "path does nothing with type tcp" where a union would only
// say that no alternative fits. Those rules are in `effect-rules.ts`.

import { RESERVED_HEADERS } from 'hale/checks';
import { z } from 'zod';
import type { CheckConfig, HttpCheck } from './config.ts';
import { BOUNDS, DEFAULTS } from './defaults.ts';
import { choice, leaf, accept, orReference, reject, text } from './leaf.ts';

export type CheckType = CheckConfig['type'];
export const CHECK_TYPES: readonly CheckType[] = ['http', 'tcp', 'grpc'];

/** The keys that each type reads, beside the knobs. */
export const KEYS_OF_TYPE: Readonly<Record<CheckType, readonly string[]>> = {
  http: ['path', 'method', 'headers', 'host', 'expect', 'body', 'port'],
  tcp: ['port'],
  grpc: ['service', 'port'],
};

/** RFC 9110: a token. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/;
/** A field value or the like: printable, no line break that could end the head early. */
const PRINTABLE = /^[\x20-\x7e\xa0-\xff]*$/;
type Ranges = HttpCheck['expect'];

const HEADERS: z.ZodType<Record<string, string>> = z
  .record(
    z
      .string()
      .refine(
        (name) => TOKEN.test(name) && name.toLowerCase() !== 'host' && !RESERVED_HEADERS.has(name.toLowerCase()),
        {
          error: "a header's name, other than those that the connection or `host` sets",
        },
      ),
    // Its value may be a secret: only its kind is told.
    leaf<string>(
      (value) => {
        const isRight = typeof value === 'string' && value.length <= BOUNDS.text && PRINTABLE.test(value);
        return isRight
          ? accept(value)
          : reject('one line of text', typeof value === 'string' ? 'other text' : undefined);
      },
      { type: 'string' },
    ),
  )
  .refine((headers) => Object.keys(headers).length <= BOUNDS.headers, {
    error: `at most ${BOUNDS.headers} headers`,
    abort: true,
  });

/** Every key of every type. */
export const CHECK_SHAPE = {
  type: choice(CHECK_TYPES, {
    description: 'http asks for a path, tcp only connects, grpc asks the standard health service.',
    default: DEFAULTS.checkType,
  }).optional() as z.ZodType<CheckType | undefined>,
  path: text(
    "a path that begins with '/'",
    (value) => (/^\/[\x21-\x7e]*$/.test(value) && !value.includes('#') ? value : undefined),
    {
      pattern: '^/',
      description: 'http: the path to ask for, query included.',
      default: DEFAULTS.checkPath,
    },
  ).optional() as z.ZodType<string | undefined>,
  method: text(
    "a method such as 'GET'",
    (value) => (/^[A-Z]{1,20}$/.test(value) && value !== 'CONNECT' && value !== 'TRACE' ? value : undefined),
    {
      description: 'http: the method, in capitals.',
      default: DEFAULTS.checkMethod,
    },
  ).optional() as z.ZodType<string | undefined>,
  headers: HEADERS.meta({
    description: 'http: further headers.',
    maxProperties: BOUNDS.headers,
  }).optional() as z.ZodType<Record<string, string> | undefined>,
  host: text(
    'a name with or without a port',
    (value) => (/^[A-Za-z0-9._:[\]-]{1,255}$/.test(value) ? value : undefined),
    {
      description: "http: the Host header. Default: the instance's own.",
    },
  ).optional() as z.ZodType<string | undefined>,
  expect: leaf(readExpect, {
    ...orReference({ type: ['string', 'integer'], pattern: '^\\d{3}(-\\d{3})?(\\s*,\\s*\\d{3}(-\\d{3})?)*$' }),
    description: "http: status codes that pass: '200-299', '200, 204'.",
    default: DEFAULTS.checkExpect,
  }).optional() as z.ZodType<Ranges | undefined>,
  body: text('text that the body must contain', (value) => (value === '' ? undefined : value), {
    description: "http: text that the answer's body must contain.",
  }).optional() as z.ZodType<string | undefined>,
  service: text('the name of a gRPC service', (value) => (/^[\w./-]{0,256}$/.test(value) ? value : undefined), {
    description: "grpc: the service to ask about; '' is the whole server.",
    default: '',
  }).optional() as z.ZodType<string | undefined>,
  port: leaf(
    (value) =>
      Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 65_535
        ? accept(value as number)
        : reject('a whole number from 1 to 65535'),
    {
      ...orReference({ type: 'integer', minimum: 1, maximum: 65_535 }),
      description: "The port to ask, for instances that tell of their health on another. Default: the instance's own.",
    },
  ).optional() as z.ZodType<number | undefined>,
};

export interface WrittenCheck {
  readonly type?: CheckType | undefined;
  readonly path?: string | undefined;
  readonly method?: string | undefined;
  readonly headers?: Record<string, string> | undefined;
  readonly host?: string | undefined;
  readonly expect?: Ranges | undefined;
  readonly body?: string | undefined;
  readonly service?: string | undefined;
  readonly port?: number | undefined;
}

/** What was written, completed. */
export function completeCheck(check: WrittenCheck): CheckConfig {
  switch (check.type ?? DEFAULTS.checkType) {
    case 'tcp':
      return { type: 'tcp', port: check.port };
    case 'grpc':
      return { type: 'grpc', service: check.service ?? '', port: check.port };
    default:
      return {
        type: 'http',
        path: check.path ?? DEFAULTS.checkPath,
        method: check.method ?? DEFAULTS.checkMethod,
        headers: Object.fromEntries(
          Object.entries(check.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
        ),
        host: check.host,
        expect: check.expect ?? parseExpect(DEFAULTS.checkExpect)!,
        body: check.body,
        port: check.port,
      };
  }
}

// `expect: 200` is a number to YAML and no less clear for it.
function readExpect(value: unknown): ReturnType<typeof accept<Ranges>> | ReturnType<typeof reject> {
  const ranges =
    typeof value === 'string' ? parseExpect(value) : Number.isInteger(value) ? parseExpect(String(value)) : undefined;
  return ranges ? accept(ranges) : reject("status codes such as '200-299' or '200, 204', from 200 to 599");
}

// Narrower than `hale/checks`, which takes 100 too: 1xx is no final answer, so it cannot be what a check waits for.
function parseExpect(written: string): Ranges | undefined {
  if (written.length > 200) return undefined;
  const ranges = written.split(',').map((part) => {
    const match = /^(\d{3})(?:-(\d{3}))?$/.exec(part.trim());
    return match ? { from: Number(match[1]), to: Number(match[2] ?? match[1]) } : { from: 0, to: 0 };
  });
  return ranges.every(({ from, to }) => from >= 200 && from <= to && to <= 599) ? ranges : undefined;
}
