// Fields that end at each connection. A proxy that passes them on lets a client speak about a connection that is not its
// own: a forwarded `Transfer-Encoding` or `Upgrade` makes the instance see another message than the proxy did.
//
// Besides the fixed list, the sender names more of them in `Connection` (RFC 9110 section 7.6.1). That is also a tool of
// attack: `Connection: Authorization` would make a naive proxy strip the credentials that an instance insists on, and
// `Connection: Host` the routing. So what is meant for everyone on the way is never removed, whoever names it.
//
// Fields are kept as they came: names and values alternating, in order, duplicates included.

/** The fields that go on: without hop-by-hop fields, those named by `Connection` included. */
export function endToEnd(fields: readonly string[]): string[] {
  const named = namedByConnection(fields);
  const kept: string[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i].toLowerCase();
    if (!HOP_BY_HOP.has(name) && !named?.has(name)) kept.push(fields[i], fields[i + 1]);
  }
  return kept;
}

/** The values of one field (its name in lower case), in order. */
export function valuesOf(fields: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let i = 0; i < fields.length; i += 2) if (fields[i].toLowerCase() === name) values.push(fields[i + 1]);
  return values;
}

/** Trailers that may go on: never what would have changed framing, routing or trust, had it come in the head. */
export function safeTrailers(fields: readonly string[]): [string, string][] {
  const kept: [string, string][] = [];
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i].toLowerCase();
    if (!HOP_BY_HOP.has(name) && !FOR_EVERYONE.has(name)) kept.push([fields[i], fields[i + 1]]);
  }
  return kept;
}

const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);

// RFC 9110 section 7.6.1: a connection option must not name a field that is meant for all recipients.
const FOR_EVERYONE: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'content-type',
  'content-encoding',
  'content-range',
  'authorization',
  'cookie',
  'set-cookie',
  'cache-control',
  'date',
  'expect',
  'max-forwards',
  'range',
  'trailer',
  'via',
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
]);

function namedByConnection(fields: readonly string[]): Set<string> | undefined {
  let named: Set<string> | undefined;
  for (let i = 0; i < fields.length; i += 2) {
    // Compared by length first: most fields are no `Connection`, and need no lower-case copy to be told so.
    if (fields[i].length !== 10 || fields[i].toLowerCase() !== 'connection') continue;
    for (const token of fields[i + 1].split(',')) {
      const name = token.trim().toLowerCase();
      if (name !== '' && !FOR_EVERYONE.has(name)) (named ??= new Set()).add(name);
    }
  }
  return named;
}
