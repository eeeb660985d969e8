// One service: its instances, its strategy, its knobs, its time-outs.

import type { SettingsInput, StrategyName } from 'hale/engine';
import { isLinkLocal } from 'hale/checks';
import { STRATEGIES, describe } from 'hale/engine';
import { z } from 'zod';
import type { HashKey, InstanceConfig, ServiceConfig, Timeouts } from './config.ts';
import { BOUNDS, DEFAULTS, DEFAULT_PRESET, SERVER_KNOBS } from './defaults.ts';
import { HEALTH_SCHEMA, LIMITS_SCHEMA, RETRIES_SCHEMA } from './health-schema.ts';
import { accept, choice, duration, leaf, mapping, orReference, reject, text, withDefault } from './leaf.ts';
import type { Reading } from './leaf.ts';

/** Those that look at a request's key. */
export const HASH_STRATEGIES: readonly StrategyName[] = ['ring-hash', 'maglev'];

const URL_EXPECTED = "a URL of scheme, name and port such as 'http://127.0.0.1:3001'";

/** Where an instance listens, or what is wrong with its URL. */
export function readInstanceUrl(value: unknown): Reading<{ url: string; host: string; port: number }> {
  // A password in a message would end in a log, whatever else is wrong with the URL.
  if (typeof value === 'string' && value.includes('@')) return reject(URL_EXPECTED, 'a URL with credentials');
  if (typeof value !== 'string' || value.length > BOUNDS.text || !/^[\x21-\x7e]+$/.test(value))
    return reject(URL_EXPECTED);
  // `localhost:3001` is a URL of the scheme localhost to the standard; whoever writes it means a name and a port.
  if (/^[\w.-]+(?::\d{1,5})?$|^\[[0-9a-f:.]+\](?::\d{1,5})?$/i.test(value) && readInstanceUrl(`http://${value}`).ok)
    return reject(URL_EXPECTED, `${describe(value)} (write http://${value})`);
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol === 'https:')
    return reject(URL_EXPECTED, `${describe(value)} (instances are spoken to in plain HTTP)`);
  // `http://${NAME}:1` is a URL to the standard, and a slip to everybody else.
  if (url?.protocol !== 'http:' || !/^[a-z0-9._-]+$|^\[/.test(url.hostname)) return reject(URL_EXPECTED);
  // A path would have to be put before each request's path: this proxy passes paths unchanged.
  if (!/^\w+:\/\/[^/?#]+\/?$/.test(value)) return reject(URL_EXPECTED);
  if (url.port === '0') return reject(URL_EXPECTED);
  const port = url.port === '' ? 80 : Number(url.port);
  const host = url.hostname.replaceAll(/^\[|\]$/g, '');
  // Names are judged when they are connected to; here it is plain already.
  if (isLinkLocal(host)) return reject('an address that is not link-local, where cloud machines give away their keys');
  return accept({ url: `http://${url.hostname}:${port}`, host, port });
}

const number = (expected: string, json: object, isRight: (value: number) => boolean): z.ZodType<number> =>
  leaf((value) => (typeof value === 'number' && isRight(value) ? accept(value) : reject(expected)), {
    ...orReference(json as Record<string, unknown>),
  });

const name = (written: string): string | undefined =>
  written.length >= 1 && written.length <= 256 && !/[\x00-\x1f\x7f]/.test(written) ? written : undefined;

export const ZONE: z.ZodType<string> = text('the name of a zone, 1 to 256 characters', name, {
  minLength: 1,
  maxLength: 256,
});

const INSTANCE: z.ZodType<InstanceConfig> = mapping({
  id: text('an id of 1 to 256 characters', name, {
    minLength: 1,
    maxLength: 256,
    description: 'Unique in its service; it is what health is remembered by. Default: the url.',
  }).optional(),
  url: leaf(readInstanceUrl, {
    type: 'string',
    pattern: '^http://|\\$\\{',
    description: 'Where the instance listens.',
  }),
  weight: withDefault(
    number(
      'a number from 0.000001 to 1000000',
      { type: 'number', minimum: 0.000001, maximum: 1_000_000 },
      (value) => value >= 0.000001 && value <= 1_000_000,
    ),
    DEFAULTS.weight,
  ),
  priority: withDefault(
    number(
      'a whole number from 0 to 1000',
      { type: 'integer', minimum: 0, maximum: 1000 },
      (value) => Number.isInteger(value) && value >= 0 && value <= 1000,
    ),
    DEFAULTS.priority,
  ),
  zone: ZONE.optional(),
}).transform(({ id, url: { url, host, port }, weight, priority, zone }): InstanceConfig => {
  return { id: id ?? url, url, host, port, weight, priority, ...(zone === undefined ? {} : { zone }) };
});

const KEY: z.ZodType<HashKey> = leaf(readKey, {
  description: 'What ring-hash and maglev hash. Default: client-address.',
  anyOf: [
    { enum: ['client-address', 'path'] },
    { type: 'object', properties: { header: { type: 'string' } }, required: ['header'], additionalProperties: false },
    { $ref: '#/$defs/reference' },
  ],
});

function readKey(value: unknown): Reading<HashKey> {
  if (value === 'client-address' || value === 'path') return accept({ from: value });
  const isPair = typeof value === 'object' && value !== null && Object.keys(value).join() === 'header';
  const header = isPair ? (value as { header: unknown }).header : undefined;
  if (typeof header === 'string' && /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/.test(header))
    return accept({ from: 'header', name: header.toLowerCase() });
  return reject('client-address, path or { header: name }');
}

const TIMEOUTS: z.ZodType<Timeouts> = mapping({
  connect: withDefault(duration(SERVER_KNOBS.connect), SERVER_KNOBS.connect.defaults as number),
  response: withDefault(duration(SERVER_KNOBS.response), SERVER_KNOBS.response.defaults as number),
  idle: withDefault(duration(SERVER_KNOBS.idle), SERVER_KNOBS.idle.defaults as number),
}).transform(({ connect, response, idle }): Timeouts => ({ connectMs: connect, responseMs: response, idleMs: idle }));

/** All but the name, which is the key it stands under. */
export const SERVICE_SCHEMA: z.ZodType<Omit<ServiceConfig, 'name'>> = mapping({
  instances: z.array(INSTANCE).min(1).max(BOUNDS.instances),
  strategy: withDefault(
    choice(Object.keys(STRATEGIES), {
      description: 'Who is picked among the eligible.',
      default: DEFAULTS.strategy,
    }) as z.ZodType<string> as z.ZodType<StrategyName>,
    DEFAULTS.strategy,
  ),
  key: KEY.optional(),
  health: HEALTH_SCHEMA.optional(),
  timeouts: TIMEOUTS.optional(),
  retries: RETRIES_SCHEMA.optional(),
  limits: LIMITS_SCHEMA.optional(),
}).transform(({ instances, strategy, key, health, timeouts, retries, limits }) => ({
  instances,
  strategy,
  key: HASH_STRATEGIES.includes(strategy) ? (key ?? { from: DEFAULTS.key }) : undefined,
  options: {
    preset: DEFAULT_PRESET,
    ...health?.options,
    ...(retries && { retries }),
    ...(limits && { limits }),
  } as SettingsInput,
  check: health?.check,
  timeouts: timeouts ?? TIMEOUTS.parse({}),
}));
