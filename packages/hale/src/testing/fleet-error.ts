// How a call to the fake fleet fails without an answer, told as a socket would tell it.

/** A refused or broken call. `code` is what a socket's error carries, so that programs classify both alike. */
export class FleetError extends Error {
  readonly code: 'ECONNREFUSED' | 'ECONNRESET';
  readonly instance: string;

  constructor(code: FleetError['code'], instance: string) {
    super(`${code} ${instance}`);
    this.name = 'FleetError';
    this.code = code;
    this.instance = instance;
  }
}
