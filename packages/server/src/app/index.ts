// The door of app/.
export type { Server } from './primary.ts';
export type { ServeOptions } from './serve.ts';
export { serve } from './serve.ts';
