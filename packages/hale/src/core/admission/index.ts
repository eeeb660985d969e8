export { AdaptiveLimit } from './adaptive-limit.ts';
export { hasRoom } from './room.ts';
