/**
 * Runs the packed app's own entry in Node, as the stand-in runtime's program, with arguments as Electron gives them. Node reads no
 * archives, so it is unpacked once, beside the program's folder of this check (`CHATKEEP_STAND_IN_CACHE`).
 */
import { extractAll } from '@electron/asar';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

const [, , program = '', ...args] = process.argv;
const cache = process.env['CHATKEEP_STAND_IN_CACHE'] ?? '';
if (!existsSync(cache)) {
  extractAll(join(dirname(program), 'resources/app.asar'), cache);
}
const { main } = z.object({ main: z.string() }).parse(JSON.parse(readFileSync(join(cache, 'package.json'), 'utf8')));
process.argv = [program, ...args];
await import(pathToFileURL(join(cache, main)).href);
