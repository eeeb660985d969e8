// What parts of a file say of one another: a route's service exists, ids are unique, nothing leads back to this proxy,
// the knobs of a service fit together.
//
// The rules read the tree as it was written and not the checked configuration, so that their faults are reported along
// with all others: one misspelt key must not hide an unknown service. What is not there, or not of the right kind, is the
// schema's business and passes here.

import type { Fault, PresetName } from 'hale/engine';
import { KNOBS, PRESETS, readKnob, resolveSettings } from 'hale/engine';
import { formatAddress, parseAddress } from './address.ts';
import { BOUNDS, DEFAULTS, DEFAULT_PRESET } from './defaults.ts';
import type { Finding, Path } from './fault.ts';
import { formatPath, valueAt } from './fault.ts';
import { pathOfKnob } from './health-schema.ts';
import { readInstanceUrl } from './service-schema.ts';
import { suggest } from './suggest.ts';

export function checkReferences(tree: unknown): Finding[] {
  const services = entriesOf(valueAt(tree, ['services']));
  const listening = listeningAt(tree);
  return [
    ...checkServices(tree, services),
    ...checkListeners(listening),
    ...routesOf(tree).flatMap((route, index) => checkRoute(route, index, services)),
    ...services.flatMap(([name, service]) => [
      ...checkInstances(name, service, listening),
      ...checkKnobs(name, service),
    ]),
  ];
}

/** The entries of a mapping; nothing of anything else. */
export function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function routesOf(tree: unknown): readonly unknown[] {
  return listOf(valueAt(tree, ['routes']));
}

function checkServices(tree: unknown, services: readonly [string, unknown][]): Finding[] {
  const value = valueAt(tree, ['services']);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  if (services.length === 0) return [{ path: ['services'], expected: 'at least 1 service', received: 'none' }];
  if (services.length > BOUNDS.services)
    return [{ path: ['services'], expected: `at most ${BOUNDS.services} services`, received: String(services.length) }];
  if (services.length > 1 && valueAt(tree, ['routes']) === undefined) {
    return [{ path: ['routes'], expected: 'routes, since there are several services', received: 'nothing' }];
  }
  return [];
}

interface Listening {
  /** Where each address stands first. */
  readonly first: ReadonlyMap<string, Path>;
  readonly again: readonly { readonly path: Path; readonly first: Path }[];
}

// A second place is a fault, but for port 0, which is another port each time.
function listeningAt(tree: unknown): Listening {
  const first = new Map<string, Path>();
  const again: { path: Path; first: Path }[] = [];
  const listen = valueAt(tree, ['listen']);
  const written: [Path, unknown][] = listOf(valueAt(tree, ['listeners'])).map((_, index) => [
    ['listeners', index, 'address'],
    valueAt(tree, ['listeners', index, 'address']),
  ]);
  if (written.length === 0) written.push([['listen'], listen ?? DEFAULTS.listen]);
  for (const [path, text] of written) {
    const address = typeof text === 'string' ? parseAddress(text) : undefined;
    if (!address || (address.kind === 'tcp' && address.port === 0)) continue;
    const key = formatAddress(address);
    const before = first.get(key);
    if (before) again.push({ path, first: before });
    else first.set(key, path);
  }
  return { first, again };
}

function checkListeners({ again }: Listening): Finding[] {
  return again.map(({ path, first }) => ({ path, expected: `another address than ${formatPath(first)}` }));
}

function checkRoute(route: unknown, index: number, services: readonly [string, unknown][]): Finding[] {
  const name = valueAt(route, ['service']);
  if (typeof name !== 'string' || services.length === 0 || services.some(([known]) => known === name)) return [];
  const names = services.map(([known]) => known);
  const near = suggest(name, names);
  const hint = near !== undefined ? ` (did you mean ${near}?)` : names.length <= 8 ? ` (${names.join(', ')})` : '';
  return [{ path: ['routes', index, 'service'], expected: `a service of this file${hint}` }];
}

function checkInstances(service: string, value: unknown, { first }: Listening): Finding[] {
  const findings: Finding[] = [];
  const seen = new Map<string, number>();
  const checkPort = valueAt(value, ['health', 'check', 'port']);
  let asksItself = false;
  for (const [index, instance] of listOf(valueAt(value, ['instances']))
    .slice(0, BOUNDS.instances)
    .entries()) {
    const path = ['services', service, 'instances', index];
    const url = readInstanceUrl(valueAt(instance, ['url']));
    const written = valueAt(instance, ['id']);
    const id = typeof written === 'string' ? written : written === undefined && url.ok ? url.value.url : undefined;
    const before = id === undefined ? undefined : seen.get(id);
    if (before !== undefined)
      findings.push({
        path: [...path, written === undefined ? 'url' : 'id'],
        expected: `another id than ${formatPath(['services', service, 'instances', before])}`,
      });
    else if (id !== undefined) seen.set(id, index);
    const here = url.ok ? first.get(formatAddress({ kind: 'tcp', ...url.value })) : undefined;
    if (url.ok && typeof checkPort === 'number')
      asksItself ||= first.has(formatAddress({ kind: 'tcp', host: url.value.host, port: checkPort }));
    if (here)
      findings.push({ path: [...path, 'url'], expected: 'an address other than the one this proxy listens on' });
  }
  if (asksItself)
    findings.push({
      path: ['services', service, 'health', 'check', 'port'],
      expected: 'a port other than the one this proxy listens on',
    });
  return findings;
}

// Whatever the engine says of the combination of those knobs that are right by themselves.
function checkKnobs(name: string, service: unknown): Finding[] {
  const isRight = (key: string, value: unknown): boolean => {
    const knob = KNOBS.find((known) => known.key === key);
    return knob ? readKnob(knob, value, []) !== undefined : key === 'preset' && PRESETS.includes(value as PresetName);
  };
  const health = Object.fromEntries(
    entriesOf(valueAt(service, ['health'])).filter(([key, value]) => isRight(key, value)),
  );
  const faults: Fault[] = [];
  const settings = resolveSettings({ preset: DEFAULT_PRESET, ...health }, faults);
  const findings: Finding[] = faults.map((fault) => {
    const path = pathOfKnob(fault.path);
    const isWritten = valueAt(service, path) !== undefined;
    // The engine's sentence ends with the other knob's value, which may come from the environment.
    return {
      path: ['services', name, ...path],
      expected: fault.expected.replace(/ \([^)]*\)$/, ''),
      ...(isWritten ? {} : { received: `${fault.received}, its default` }),
    };
  });
  const count = listOf(valueAt(service, ['instances'])).length;
  if (count > settings.maxInstances)
    findings.push({
      path: ['services', name, 'instances'],
      expected: 'at most health.maxInstances entries',
      received: String(count),
    });
  return findings;
}
