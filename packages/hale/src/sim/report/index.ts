// Pictures of a run: on a terminal, and as a page that needs nothing but a browser.

export type { PageInput, PageRun } from './html.ts';
export { renderHtml } from './html.ts';
export type { PictureOptions } from './picture.ts';
export { renderPicture } from './picture.ts';
export { sparkline } from './sparkline.ts';
export type { Trace } from './trace.ts';
export { trace } from './trace.ts';
