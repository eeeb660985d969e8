// Doors: opened, and closed without losing a request.
export { drain } from './drain.ts';
export type { ListenAddress } from './listen.ts';
export { listen } from './listen.ts';
