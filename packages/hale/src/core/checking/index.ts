export type { Verdict } from './answer.ts';
export { ignored, readAnswer, readThrown, readTimeout } from './answer.ts';
export type { Check, CheckAnswer, CheckContext, CheckFailure } from './check.ts';
export type { CheckEntry, Turn } from './schedule.ts';
export { CheckSchedule } from './schedule.ts';
export type { CheckKnobs, CheckState } from './timing.ts';
