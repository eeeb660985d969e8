// The whole file.

import { describe } from 'hale/engine';
import { z } from 'zod';
import { ADDRESS_EXPECTED, meantAddress, parseAddress } from './address.ts';
import type { Address, Config, Route } from './config.ts';
import { BOUNDS, DEFAULTS, SERVER_KNOBS } from './defaults.ts';
import type { Reading } from './leaf.ts';
import { accept, choice, duration, leaf, mapping, orReference, reject, text, withDefault } from './leaf.ts';
import { RECORD_SCHEMA } from './record-schema.ts';
import { SERVICE_SCHEMA, ZONE } from './service-schema.ts';

/** A service's name is a label in metrics and a part of admin paths. */
const SERVICE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

const ADDRESS: z.ZodType<Address> = leaf(readAddress, {
  type: 'string',
  description: 'Where to listen. A port of 0 lets the system choose.',
});

function readAddress(value: unknown): Reading<Address> {
  const address = typeof value === 'string' ? parseAddress(value) : undefined;
  if (address) return accept(address);
  const meant = meantAddress(typeof value === 'number' ? String(value) : typeof value === 'string' ? value : '');
  return reject(ADDRESS_EXPECTED, meant === undefined ? undefined : `${describe(value)} (write ${meant})`);
}

const ROUTE_NAME = /^(?:\*\.)?[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_][a-z0-9_-]{0,62})*\.?$|^\[[0-9a-f:.]{2,64}\]$/;

const ROUTE: z.ZodType<Route> = mapping({
  host: text("a name such as 'api.example.com' or '*.example.com', without a port", readRouteName, {
    description: 'Requests for this name, or for any name under it. Default: every name.',
  }).optional(),
  path: withDefault(
    text(
      "a path that begins with '/', without a query",
      (value) => (/^\/[^\x00-\x20\x7f?#]*$/.test(value) ? value : undefined),
      {
        pattern: '^/|\\$\\{',
        description: 'Requests whose path begins so.',
        default: DEFAULTS.routePath,
      },
    ),
    DEFAULTS.routePath as string,
  ),
  service: text('the name of a service', (value) => value, { description: 'A key of services.' }),
}).transform(({ host, path, service }): Route => ({ host, path, service }));

function readRouteName(value: string): string | undefined {
  const name = value.toLowerCase();
  return value.length <= 253 && ROUTE_NAME.test(name) ? name.replace(/\.$/, '') : undefined;
}

const SERVICES = z.record(
  z.string().regex(SERVICE_NAME, { error: "a name of at most 64 letters, digits, '.', '_' and '-'" }),
  SERVICE_SCHEMA,
);

/** Judges a tree key by key; what keys say of one another is in `reference-rules.ts` and `effect-rules.ts`. */
export const CONFIG_SCHEMA: z.ZodType<Config> = mapping({
  $schema: text('the address of a JSON Schema', (value) => value, {
    description: 'For editors; hale does not read it.',
  }).optional(),
  listen: ADDRESS.optional(),
  listeners: z
    .array(mapping({ address: ADDRESS }))
    .min(1)
    .max(BOUNDS.listeners)
    .optional(),
  workers: withDefault(
    leaf<0>((value) => (value === 0 ? accept(0) : reject('0, since this version forwards in one process')), {
      ...orReference({ const: 0 }),
      description: 'Processes that forward, beside the primary. This version knows 0: all in one process.',
      default: 0,
    }),
    DEFAULTS.workers,
  ),
  routes: z.array(ROUTE).min(1).max(BOUNDS.routes).optional(),
  services: SERVICES,
  zone: ZONE.optional(),
  forwarded: withDefault(
    choice(['replace', 'append', 'off'], {
      description:
        "X-Forwarded-* and Forwarded: replace takes the client's away and writes its own, append adds to them (only behind a proxy that is trusted), off passes them as they came.",
      default: DEFAULTS.forwarded,
    }) as z.ZodType<Config['forwarded']>,
    DEFAULTS.forwarded,
  ),
  exposeInstance: withDefault(
    leaf<boolean>((value) => (typeof value === 'boolean' ? accept(value) : reject('true or false')), {
      ...orReference({ type: 'boolean' }),
      description: 'Whether answers carry x-hale-instance and x-hale-attempts.',
      default: DEFAULTS.exposeInstance,
    }),
    DEFAULTS.exposeInstance,
  ),
  drainTimeout: withDefault(duration(SERVER_KNOBS.drainTimeout), SERVER_KNOBS.drainTimeout.defaults as number),
  record: RECORD_SCHEMA.optional(),
}).transform(
  ({ listen, listeners, workers, routes, services, zone, forwarded, exposeInstance, drainTimeout, record }): Config => {
    const names = Object.keys(services);
    return {
      listeners: listeners ? listeners.map(({ address }) => address) : [listen ?? parseAddress(DEFAULTS.listen)!],
      workers,
      // With one service and no routes, everything goes to it; the rules see to it that there is no other case.
      routes: routes ?? names.map((service) => ({ host: undefined, path: DEFAULTS.routePath, service })),
      services: names.map((name) => ({ name, ...services[name] })),
      zone,
      forwarded,
      exposeInstance,
      drainTimeoutMs: drainTimeout,
      record,
    };
  },
);
