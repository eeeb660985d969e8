export { KeyBlame } from './key-blame.ts';
