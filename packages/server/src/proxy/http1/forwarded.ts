// What an instance is told of the client: X-Forwarded-For, -Proto, -Host, Forwarded, and Via.
//
// `replace` believes nobody, and takes away all that a client may say of itself in such fields: an application that reads
// X-Real-IP or X-Forwarded-Port would take it for the proxy's word. `append` adds to what came, which is right behind
// another proxy and a lie on the open internet, where the client wrote it. `off` leaves everything as it came. A list is
// sent as one line: many applications read only the first of several.
// Sources: RFC 7239 (Forwarded; why none of these can be trusted), RFC 9110 section 7.6.3 (Via).

import { valuesOf } from './hop-by-hop.ts';

export type ForwardedPolicy = 'append' | 'replace' | 'off';

export interface Origin {
  /** undefined: a Unix socket, which has none. */
  readonly clientAddress: string | undefined;
  readonly scheme: 'http' | 'https';
  /** Value of the Host field, '' when there is none. */
  readonly authority: string;
  readonly version: string;
}

/** The fields with ours set by `policy`. `pseudonym` is this proxy's name in `Via`. */
export function withForwarded(
  fields: readonly string[],
  policy: ForwardedPolicy,
  origin: Origin,
  pseudonym: string,
): string[] {
  if (policy === 'off') return [...fields];
  const append = policy === 'append';
  const kept: string[] = [];
  for (let i = 0; i < fields.length; i += 2)
    if (!isOurs(fields[i].toLowerCase(), append)) kept.push(fields[i], fields[i + 1]);
  const came = (name: string): string[] => (append ? valuesOf(fields, name) : []);

  const chain = came('x-forwarded-for');
  if (origin.clientAddress !== undefined) chain.push(origin.clientAddress);
  if (chain.length > 0) kept.push('X-Forwarded-For', chain.join(', '));
  // These two are no lists by common use: what the first proxy saw is what the client meant.
  kept.push('X-Forwarded-Proto', came('x-forwarded-proto')[0] ?? origin.scheme);
  const host = came('x-forwarded-host')[0] ?? origin.authority;
  if (host !== '') kept.push('X-Forwarded-Host', host);
  kept.push('Forwarded', [...came('forwarded'), elementOf(origin)].join(', '));
  kept.push('Via', [...valuesOf(fields, 'via'), `${origin.version} ${pseudonym}`].join(', '));
  return kept;
}

/** Whether a request has passed this very proxy before: its route leads back to itself. */
export function hasPassed(fields: readonly string[], pseudonym: string): boolean {
  return valuesOf(fields, 'via').some((value) =>
    value.split(',').some((hop) => hop.trim().split(/\s+/)[1] === pseudonym),
  );
}

// RFC 7239 section 4: one element for this hop. What has characters beyond a token's is quoted; neither an address nor an
// authority can hold a quote.
function elementOf({ clientAddress, authority, scheme }: Origin): string {
  const client = clientAddress?.includes(':') === true ? `[${clientAddress}]` : clientAddress;
  return [client && `for=${word(client)}`, authority && `host=${word(authority)}`, `proto=${scheme}`]
    .filter(Boolean)
    .join(';');
}

function word(text: string): string {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(text) ? text : `"${text}"`;
}

// `X_Forwarded_For` is the same variable to applications behind CGI and its descendants, which know no dashes.
function isOurs(name: string, append: boolean): boolean {
  if (append) return name === 'via' || name === 'forwarded' || APPENDED.has(name);
  const dashed = name.includes('_') ? name.replaceAll('_', '-') : name;
  return dashed === 'via' || dashed === 'forwarded' || dashed === 'x-real-ip' || dashed.startsWith('x-forwarded-');
}

const APPENDED: ReadonlySet<string> = new Set(['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host']);
