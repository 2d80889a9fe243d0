/** Part of the build: `out/licences.json`, what others wrote in the app, for About. */
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { shippedParts } from './shipped.ts';

const root = resolve(import.meta.dirname, '../..');
await writeFile(join(root, 'out/licences.json'), JSON.stringify(await shippedParts(root)));
