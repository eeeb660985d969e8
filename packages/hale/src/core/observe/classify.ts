// Whose fault is it? The door to all that turns a result into an outcome: success, failure with a cause, or ignored.

export { classifyError } from './classify-error.ts';
export { classifyGrpc } from './classify-grpc.ts';
export { parseRetryAfter } from './classify-retry-after.ts';
export type { Classifier, ClassifyRule, HeaderReader } from './classify-rules.ts';
export { compileClassify } from './classify-rules.ts';
export { classifyStatus } from './classify-status.ts';
