export { RetryBudget } from './budget.ts';
export type { BudgetLimits } from './budget.ts';
export { isKill, retryVerdict } from './decide.ts';
export type { RetryQuestion, RetryVerdict } from './decide.ts';
export { isIdempotent } from './idempotent.ts';
export { isRepeatable } from './repeatable.ts';
