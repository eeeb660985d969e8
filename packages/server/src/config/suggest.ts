// "Did you mean", as the engine's own judges say it.

export { suggest } from 'hale/engine';
