// What a request asks for. A reverse proxy meets three forms: `/path?query`, `*` (OPTIONS), and the absolute form that
// clients of forward proxies use. The last is brought to the first, and its authority replaces the `Host` field, as RFC
// 9112 section 3.2.2 demands: an instance must not see two names for one request.

export interface Target {
  /** Begins with '/', or is '*'. With the query. */
  readonly path: string;
  /** From the absolute form; undefined: the Host field says it. */
  readonly authority: string | undefined;
}

/** The target in origin form, or undefined when it is none that may be forwarded. */
export function readTarget(method: string, target: string): Target | undefined {
  // A fragment never belongs on the wire; some servers cut it off, others do not, so it is two requests in one.
  if (target.includes('#')) return undefined;
  if (target.startsWith('/')) return { path: target, authority: undefined };
  if (target === '*') return method === 'OPTIONS' ? { path: '*', authority: undefined } : undefined;
  const absolute = /^https?:\/\/([^/?]+)(.*)$/i.exec(target);
  if (!absolute || !isAuthority(absolute[1])) return undefined;
  const rest = absolute[2];
  if (rest === '' && method === 'OPTIONS') return { path: '*', authority: absolute[1] };
  return { path: rest.startsWith('/') ? rest : `/${rest}`, authority: absolute[1] };
}

/** Whether a text is `host` or `host:port` and nothing else; user names belong to no request. */
export function isAuthority(text: string): boolean {
  return text.length <= 300 && /^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._~!$&'()*+;=%-]+)(?::\d{0,5})?$/.test(text);
}

/** The name inside an authority: lower case, no port. */
export function hostOf(authority: string): string {
  return authority.replace(/:\d*$/, '').toLowerCase();
}
