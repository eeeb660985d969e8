// One HTTP request and the start of its answer, by node:http or by fetch. At most 64 KiB of a body are ever read: a
// check must not become a download, whatever the instance sends.
//
// fetch is the second choice, for runtimes without node:http: it cannot set a Host header, it may ask over a connection
// that it kept, and it refuses the ports of a list made for browsers (6000, 10080 ...), behind which an instance may be
// perfectly sound.

import type { request as httpsRequest } from 'node:https';
import type { Asked } from './asking.ts';

export const MOST_BODY_BYTES = 65_536;

export interface HttpQuestion {
  readonly asked: Asked;
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly host: string | undefined;
  readonly wantsBody: boolean;
}

export interface HttpAnswer {
  readonly status: number;
  /** Its first 64 KiB, or nothing when it was not wanted. */
  readonly body: string;
}

/** The answer; undefined when this runtime cannot ask that port, which says nothing of the instance. */
export async function askHttp(question: HttpQuestion): Promise<HttpAnswer | undefined> {
  const { isSecure } = question.asked;
  const node = await (isSecure ? import('node:https') : import('node:http')).catch(() => undefined);
  return node ? askByNode(question, node.request) : askByFetch(question);
}

export async function askByFetch(question: HttpQuestion): Promise<HttpAnswer | undefined> {
  const { asked, method, headers } = question;
  const { signal } = asked;
  if (question.host !== undefined) throw new Error('this runtime cannot set a Host header');
  let response: Response;
  try {
    response = await fetch(asked.origin + question.path, {
      method,
      headers,
      signal,
      redirect: 'manual',
      cache: 'no-store',
      credentials: 'omit',
    });
  } catch (error) {
    // Browsers do not say why a fetch failed. On such a port it is more likely the runtime than the instance.
    if (!signal.aborted && BLOCKED_PORTS.has(asked.port)) return undefined;
    throw error;
  }
  const reader = response.body?.getReader();
  const start = newStart();
  if (question.wantsBody) {
    for (let chunk = await reader?.read(); chunk?.value && start.add(chunk.value);) chunk = await reader!.read();
  }
  // The rest is not read but cut off. That this fails when it broke by itself says nothing more.
  await reader?.cancel().catch(() => {});
  return { status: response.status, body: start.text() };
}

async function askByNode(question: HttpQuestion, request: typeof httpsRequest): Promise<HttpAnswer> {
  const { asked, method, path, host } = question;
  const { isSecure, hostname, port, signal, lookup } = asked;
  // The certificate must be the virtual host's, so its name goes into the handshake; an address has no place there.
  const servername = host?.replace(/:\d+$/, '') ?? '';
  const tls = isSecure && /[a-z]/i.test(servername) && !servername.startsWith('[') ? { servername } : {};
  const headers = { ...question.headers, ...(host !== undefined && { host }) };
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: hostname, port, method, path, headers, signal, agent: false, ...(lookup && { lookup }), ...tls },
      (response) => {
        const start = newStart();
        const done = (): void => {
          resolve({ status: response.statusCode ?? 0, body: start.text() });
          sent.destroy();
        };
        if (!question.wantsBody) return done();
        response.on('data', (chunk: Uint8Array) => {
          if (!start.add(chunk)) done();
        });
        response.on('end', done);
        response.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.on('upgrade', (_, socket) => {
      socket.destroy();
      resolve({ status: 101, body: '' });
    });
    sent.end();
  });
}

// Collects the first bytes; `add` says whether more are wanted.
function newStart(): { add(chunk: Uint8Array): boolean; text(): string } {
  const decoder = new TextDecoder();
  let left = MOST_BODY_BYTES;
  let text = '';
  return {
    add(chunk) {
      text += decoder.decode(chunk.subarray(0, left), { stream: true });
      left -= Math.min(left, chunk.length);
      return left > 0;
    },
    text: () => text + decoder.decode(),
  };
}

/** The Fetch standard, section "port blocking". */
const BLOCKED_PORTS: ReadonlySet<number> = new Set(
  (
    '1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113 115' +
    ' 117 119 123 135 137 139 143 161 179 389 427 465 512 513 514 515 526 530 531 532 540 548 554 556 563' +
    ' 587 601 636 989 990 993 995 1719 1720 1723 2049 3659 4045 4190 5060 5061 6000 6566 6665 6666 6667' +
    ' 6668 6669 6679 6697 10080'
  )
    .split(' ')
    .map(Number),
);
