/** Prints what the change log says of this version. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { notesOf } from './dist-plan.ts';

const root = resolve(import.meta.dirname, '../..');
const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
console.log(notesOf(await readFile(join(root, 'CHANGELOG.md'), 'utf8'), version));
