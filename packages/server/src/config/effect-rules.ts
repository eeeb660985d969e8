// An option that does nothing is a fault: whoever wrote it believes that it does something.
//
// Like the reference rules, these read the tree as it was written.

import { KNOBS, isStrategyName } from 'hale/engine';
import { CHECK_TYPES, KEYS_OF_TYPE } from './check-schema.ts';
import type { CheckType } from './check-schema.ts';
import { DEFAULTS } from './defaults.ts';
import type { Finding, Path } from './fault.ts';
import { formatPath, valueAt } from './fault.ts';
import { entriesOf, routesOf } from './reference-rules.ts';
import { HASH_STRATEGIES } from './service-schema.ts';

export function checkEffects(tree: unknown): Finding[] {
  return [
    ...checkListen(tree),
    ...checkRoutes(tree),
    ...entriesOf(valueAt(tree, ['services'])).flatMap(([name, service]) => {
      const path = ['services', name];
      return [...checkKey(service, path), ...checkCheck(service, path), ...checkRetries(service, path)];
    }),
  ];
}

/** The key stands there and does nothing. */
function idle(path: Path, because: string): Finding {
  return { path, expected: `no such key ${because}`, atKey: true };
}

function checkListen(tree: unknown): Finding[] {
  const isTwice = valueAt(tree, ['listen']) !== undefined && valueAt(tree, ['listeners']) !== undefined;
  return isTwice ? [idle(['listen'], 'beside listeners')] : [];
}

// The first route that matches wins: one behind a wider one never does, and a service without a route gets nothing.
function checkRoutes(tree: unknown): Finding[] {
  const routes = routesOf(tree).map((route) => {
    const path = valueAt(route, ['path']) ?? DEFAULTS.routePath;
    const host = valueAt(route, ['host']);
    const isClear = typeof path === 'string' && (host === undefined || typeof host === 'string');
    return isClear ? { path, host: host?.toLowerCase() } : undefined;
  });
  const findings: Finding[] = [];
  // By name: a route is compared only with those whose name covers its own, not with all others.
  const wider = new Map<string, { path: string; index: number }[]>();
  for (const [index, route] of routes.entries()) {
    if (!route) continue;
    const hiding = hostsOver(route.host)
      .flatMap((host) => wider.get(host) ?? [])
      .find(({ path }) => route.path.startsWith(path));
    if (hiding)
      findings.push({
        path: ['routes', index],
        expected: `a route that ${formatPath(['routes', hiding.index])} leaves something to`,
        received: 'one that is never reached',
      });
    else {
      const name = route.host ?? '*';
      if (!wider.has(name)) wider.set(name, []);
      wider.get(name)!.push({ path: route.path, index });
    }
  }
  const used = new Set(routesOf(tree).map((route) => valueAt(route, ['service'])));
  const services = entriesOf(valueAt(tree, ['services']));
  // A route to an unknown service is a fault by itself, and may have meant any of these.
  if (used.size === 0 || [...used].some((name) => !services.some(([known]) => known === name))) return findings;
  for (const [name] of services) {
    if (!used.has(name))
      findings.push({
        path: ['services', name],
        expected: 'a service that a route leads to',
        received: 'one without a route',
        atKey: true,
      });
  }
  return findings;
}

// Every name pattern that covers `name`: itself, the wildcards above it, and '*' for no name at all.
function hostsOver(name: string | undefined): string[] {
  if (name === undefined) return ['*'];
  const labels = name.replace(/^\*\./, '').split('.');
  return [
    '*',
    name,
    ...labels.map((_, skipped) => `*.${labels.slice(skipped + (name.startsWith('*.') ? 0 : 1)).join('.')}`),
  ];
}

function checkKey(service: unknown, path: Path): Finding[] {
  const strategy = valueAt(service, ['strategy']) ?? DEFAULTS.strategy;
  // A misspelt strategy may have meant one that has a key.
  const isOther = isStrategyName(strategy) && !HASH_STRATEGIES.some((name) => name === strategy);
  if (valueAt(service, ['key']) === undefined || !isOther) return [];
  return [idle([...path, 'key'], `unless the strategy is ${HASH_STRATEGIES.join(' or ')}`)];
}

function checkCheck(service: unknown, path: Path): Finding[] {
  const at = (key: string): Path => [...path, 'health', 'check', key];
  const check = valueAt(service, ['health', 'check']);
  if (check === undefined) {
    if (valueAt(service, ['health', 'checkInterval']) === undefined) return [];
    return [idle([...path, 'health', 'checkInterval'], 'without a check beside it, such as { path: /health }')];
  }
  const type = valueAt(check, ['type']) ?? DEFAULTS.checkType;
  if (!CHECK_TYPES.includes(type as CheckType)) return [];
  const isHead = type === 'http' && valueAt(check, ['method']) === 'HEAD' && valueAt(check, ['body']) !== undefined;
  if (isHead) return [idle(at('body'), 'with the method HEAD, whose answer has no body')];
  return entriesOf(check)
    .filter(
      ([key]) =>
        !KEYS_OF_TYPE[type as CheckType].includes(key) &&
        Object.values(KEYS_OF_TYPE).some((keys) => keys.includes(key)),
    )
    .map(([key]) => idle(at(key), `in a check of type ${type as CheckType}`));
}

// With no retries, their budget limits nothing.
function checkRetries(service: unknown, path: Path): Finding[] {
  if (valueAt(service, ['retries', 'max']) !== 0) return [];
  const others = KNOBS.map(({ key }) => key.split('.'))
    .filter(([group, key]) => group === 'retries' && key !== 'max')
    .map(([, key]) => key ?? '');
  return others
    .filter((key) => valueAt(service, ['retries', key]) !== undefined)
    .map((key) => idle([...path, 'retries', key], 'when retries.max is 0'));
}
