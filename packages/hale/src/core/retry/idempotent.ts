// Which methods may be sent twice: their intended effect on the server is the same for one request and for several.
//
// Source: RFC 9110 section 9.2.2 and the IANA registry of methods. Names are case-sensitive (section 9.1), so `get` is
// another method, of which nothing is known. The obvious wrong way is to take an unknown method for harmless: `POST`
// would then be the only one refused, and every new verb a double booking.

const IDEMPOTENT: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'PUT',
  'DELETE',
  'QUERY', // safe by its own definition; registered after RFC 9110
  'PROPFIND', // WebDAV, RFC 4918 and 3253: read only
  'REPORT',
  'SEARCH',
]);

/** Whether a request of this method may be repeated without asking the caller. Unknown methods may not. */
export function isIdempotent(method: string): boolean {
  return IDEMPOTENT.has(method);
}
