// hale demo: three real fleets, real faults, real traffic, and three ways to choose, side by side.

export type { DemoOptions } from './run-demo.ts';
export { DEMO_DEFAULTS, runDemo } from './run-demo.ts';
export type { DemoReport } from './report.ts';
export type { DemoIo } from './terminal.ts';
