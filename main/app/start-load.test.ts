import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** Prints the packages that the app's own modules bring with them, before anything is asked of the app. */
const LOADED = `
import { registerHooks } from 'node:module';
const packages = new Set();
registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    const [, name] = /\\/node_modules\\/((?:@[^/]+\\/)?[^/]+)\\//.exec(found.url) ?? [];
    if (name !== undefined) packages.add(name);
    return found;
  },
});
await import(${JSON.stringify(new URL('./create-app.ts', import.meta.url).href)});
await import(${JSON.stringify(new URL('./core/open-core.ts', import.meta.url).href)});
await import(${JSON.stringify(new URL('../shell/http/answer.ts', import.meta.url).href)});
process.stdout.write(JSON.stringify([...packages]));
`;

test('a start that shows a library loads no library of the network, of documents or of the stand-in', () => {
  const text = execFileSync(process.execPath, ['--input-type=module', '--eval', LOADED], { encoding: 'utf8' });
  const packages = JSON.parse(text) as string[];
  expect(packages).toContain('zod');
  const late = ['got', 'undici', 'html-to-text', 'file-type', 'pdfkit', 'harfbuzzjs', 'pkijs', 'hono', 'wasm-vips'];
  expect(packages.filter((name) => late.includes(name))).toEqual([]);
});
