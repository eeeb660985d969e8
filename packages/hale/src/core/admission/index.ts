export { AdaptiveLimit } from './adaptive-limit.ts';
export { LearnedRate } from './learned-rate.ts';
export { hasRoom, mostBeside } from './room.ts';
