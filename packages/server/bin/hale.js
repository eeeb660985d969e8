#!/usr/bin/env node
// The published command. The work is in dist/, which `npm ci` builds; without it (npm ci --ignore-scripts) say what to do.
try {
  await import('../dist/cli/main.js');
} catch (error) {
  if (error?.code !== 'ERR_MODULE_NOT_FOUND' || !String(error.message).includes('dist')) throw error;
  console.error('hale is not built yet: expected packages/server/dist, found none. Run "npm run build" first.');
  process.exitCode = 2;
}
