// Which requests go to which service: the first route whose host and path match.
//
// The path is compared as it came, a plain prefix. Dot segments are not resolved: what `/a/../b` means is for the instance
// to say, and it stays with the service that `/a` belongs to.

import { hostOf } from '../http1/index.ts';

export interface RouteRule {
  /** Lower case, no port: exact, or `*.suffix` for every name below it. undefined: any. */
  readonly host: string | undefined;
  readonly path: string;
}

/** The first rule that matches, or undefined. `path` may be '*' (OPTIONS), which every path matches. */
export function findRoute<T extends RouteRule>(rules: readonly T[], authority: string, path: string): T | undefined {
  let name: string | undefined;
  for (const rule of rules) {
    // Most configurations have one rule that takes everything; they never need the name.
    if (rule.host !== undefined && !isBelow(rule.host, (name ??= nameOf(authority)))) continue;
    if (path === '*' || path.startsWith(rule.path)) return rule;
  }
  return undefined;
}

// `example.com.` is the same name, written by the few who know.
function nameOf(authority: string): string {
  const name = hostOf(authority);
  return name.endsWith('.') ? name.slice(0, -1) : name;
}

function isBelow(pattern: string, name: string): boolean {
  return pattern.startsWith('*.') ? name.length >= pattern.length && name.endsWith(pattern.slice(1)) : name === pattern;
}
