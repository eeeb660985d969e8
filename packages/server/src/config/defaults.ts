// Every default of the file that is not a knob of the engine, and the ranges of the server's own durations. The engine's
// knobs bring theirs (`KNOBS` in hale), under the preset named here.

import type { Knob, PresetName } from 'hale/engine';

export const DEFAULTS = {
  listen: '127.0.0.1:8080',
  workers: 0,
  forwarded: 'replace',
  exposeInstance: false,
  routePath: '/',
  strategy: 'lowest-price',
  /** For ring-hash and maglev: what every request has. */
  key: 'client-address',
  weight: 1,
  priority: 0,
  checkType: 'http',
  checkPath: '/',
  checkMethod: 'GET',
  checkExpect: '200-299',
} as const;

/** Presets of the engine: a proxy serves traffic. */
export const DEFAULT_PRESET: PresetName = 'serving';

/** Sizes beyond which a file is refused. Far above what anybody configures by hand; a generated file may come near. */
export const BOUNDS = {
  fileBytes: 4_194_304,
  depth: 32,
  /** Values that aliases may repeat, in all. */
  repeated: 100_000,
  listeners: 64,
  routes: 10_000,
  services: 1000,
  instances: 100_000,
  headers: 64,
  text: 4096,
} as const;

/** The server's own durations, in the form of the engine's knobs so that one reader serves both. */
export const SERVER_KNOBS: Readonly<Record<'connect' | 'response' | 'idle' | 'drainTimeout', Knob>> = {
  connect: timing(
    'timeouts.connect',
    1000,
    600_000,
    'Time in which a connection to an instance must stand.',
    'a busy network looks like a failure',
    'a black hole holds requests for long',
  ),
  response: timing(
    'timeouts.response',
    30_000,
    86_400_000,
    'Time from the request sent to the head of the answer.',
    'slow but sound answers are cut off',
    'a hanging instance is noticed late',
  ),
  idle: timing(
    'timeouts.idle',
    60_000,
    86_400_000,
    'Time without a byte after which a connection is closed.',
    'pauses of a stream are cut off',
    'forgotten connections hold memory',
  ),
  drainTimeout: timing(
    'drainTimeout',
    30_000,
    86_400_000,
    'How long a server that is told to end waits for the requests under way.',
    'long answers are cut off',
    'an idle tunnel delays the end',
  ),
};

function timing(key: string, preset: number, max: number, doc: string, low: string, high: string): Knob {
  return { key, kind: 'duration', min: 1, max, defaults: preset, doc, low, high };
}
