export { AdaptiveLimit } from './adaptive-limit.ts';
export { hasRoom, mostBeside } from './room.ts';
