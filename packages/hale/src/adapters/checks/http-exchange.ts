// One HTTP request and the start of its answer, by fetch or by node:http. At most 64 KiB of a body are ever read: a
// check must not become a download, whatever the instance sends.

import type { Address } from './address.ts';

export const MOST_BODY_BYTES = 65_536;

export interface HttpQuestion {
  readonly address: Address;
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly host: string | undefined;
  readonly wantsBody: boolean;
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  /** Its first 64 KiB, or nothing when it was not wanted. */
  readonly body: string;
}

export async function askByFetch(question: HttpQuestion): Promise<HttpAnswer> {
  const { method, headers, signal } = question;
  const response = await fetch(question.address.origin + question.path, {
    method,
    headers,
    signal,
    redirect: 'manual',
    cache: 'no-store',
    credentials: 'omit',
  });
  const reader = response.body?.getReader();
  const start = newStart();
  if (question.wantsBody) {
    for (let chunk = await reader?.read(); chunk?.value && start.add(chunk.value);) chunk = await reader!.read();
  }
  // The rest is not read but cut off. That this fails when it broke by itself says nothing more.
  await reader?.cancel().catch(() => {});
  return { status: response.status, body: start.text() };
}

export async function askByNode(question: HttpQuestion): Promise<HttpAnswer> {
  const { address, method, path, signal } = question;
  const host = question.host!;
  const { request } = address.isSecure ? await import('node:https') : await import('node:http');
  // The certificate must be the virtual host's, so its name goes into the handshake; an address has no place there.
  const servername = host.replace(/:\d+$/, '');
  const tls = address.isSecure && /[a-z]/i.test(servername) && !servername.startsWith('[') ? { servername } : {};
  const headers = { ...question.headers, host };
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: address.hostname, port: address.port, method, path, headers, signal, agent: false, ...tls },
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
