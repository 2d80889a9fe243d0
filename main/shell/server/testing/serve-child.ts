/** `serve` as a process of its own over a page made up on the spot: prints its address as JSON, ends at SIGTERM. Argument: the folder for the page. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serve } from '../serve.ts';

const [pagesDir = ''] = process.argv.slice(2);
await mkdir(pagesDir, { recursive: true });
await writeFile(join(pagesDir, 'index.html'), '<!doctype html><title>the app</title>');
const served = await serve(
  { platform: process.platform, env: process.env, log: () => undefined },
  { library: null, port: 0, pagesDir },
);
process.once('SIGTERM', () => {
  void served.close().then(() => process.exit(0));
});
process.stdout.write(`${JSON.stringify({ url: served.newUrl() })}\n`);
