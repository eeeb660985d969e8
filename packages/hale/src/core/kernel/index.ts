export type { Clock } from './clock.ts';
export { monotonicClock } from './clock.ts';
export { fade } from './decay.ts';
export { formatDuration, parseDuration } from './duration.ts';
export type { Random } from './random.ts';
export { safeRandom, seededRandom, unseededRandom } from './random.ts';
export { Ring } from './ring.ts';
export type { VirtualClock } from './virtual-clock.ts';
export { virtualClock } from './virtual-clock.ts';
