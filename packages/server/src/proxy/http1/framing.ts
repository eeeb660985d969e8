// Where one message ends and the next begins: the rules on which request smuggling lives. If the proxy and an instance
// disagree on it, a client can hide a second request in the body of the first (Linhart et al. 2005; Kettle 2019).
//
// The parser of the runtime refuses most of it by itself (both lengths at once, repeated or odd lengths, folded lines,
// bare CR or LF, a space before the colon, control bytes). What it lets through is judged here: every transfer coding but
// exactly `chunked`, any of them in HTTP/1.0, other versions, and a missing, repeated or odd `Host`. The lengths are
// looked at again nevertheless: the cost is a comparison, and the next version of the parser may be of another opinion.
//
// Answers are judged as strictly: one that ends where only some would say so can leave a second answer in the connection,
// for the next client.
// Source: RFC 9112 sections 3.2 and 6.

import { isAuthority } from './origin-form.ts';

export interface Fault {
  readonly status: 400 | 505;
  readonly code: 'malformed-request' | 'version-not-supported';
  readonly detail: string;
}

/** What is wrong with a head, or undefined when it may be forwarded. `version` is '1.1'. */
export function faultOf(version: string, fields: readonly string[]): Fault | undefined {
  if (version !== '1.1' && version !== '1.0') {
    return { status: 505, code: 'version-not-supported', detail: 'The version of HTTP must be 1.0 or 1.1.' };
  }
  let hosts = 0;
  let lengths = 0;
  let codings = 0;
  for (let i = 0; i < fields.length; i += 2) {
    const value = fields[i + 1];
    switch (fields[i].toLowerCase()) {
      case 'host':
        hosts++;
        if (value !== '' && !isAuthority(value))
          return malformed('The Host field is not a name with an optional port.');
        break;
      case 'content-length':
        lengths++;
        if (!/^\d{1,15}$/.test(value)) return malformed('The Content-Length field is not a number.');
        break;
      case 'transfer-encoding':
        codings++;
        if (value.toLowerCase() !== 'chunked')
          return malformed('The only transfer coding that is understood is chunked.');
        break;
    }
  }
  if (hosts > 1) return malformed('The Host field is repeated.');
  if (hosts === 0 && version === '1.1') return malformed('The Host field is missing.');
  if (lengths > 1 || codings > 1 || (lengths > 0 && codings > 0))
    return malformed('The length of the body is told twice.');
  if (codings > 0 && version === '1.0') return malformed('HTTP/1.0 knows no transfer codings.');
  return undefined;
}

/** Whether an answer's head tells where its body ends in one way that everybody reads alike. */
export function isFramedOnce(version: string, fields: readonly string[]): boolean {
  let lengths = 0;
  let codings = 0;
  for (let i = 0; i < fields.length; i += 2) {
    // By length first: most fields are neither, and need no lower-case copy to be told so.
    const { length } = fields[i];
    if (length !== 14 && length !== 17) continue;
    const name = fields[i].toLowerCase();
    if (name === 'content-length') lengths++;
    else if (name === 'transfer-encoding') {
      codings++;
      if (fields[i + 1].toLowerCase() !== 'chunked') return false;
    }
  }
  return lengths + codings <= 1 && (codings === 0 || version === '1.1');
}

function malformed(detail: string): Fault {
  return { status: 400, code: 'malformed-request', detail };
}
