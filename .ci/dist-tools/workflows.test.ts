/** What must be true of every workflow: actions by commit, no more rights than needed, no words of others in a shell. */
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { z } from 'zod';

const folder = resolve(import.meta.dirname, '../../.github/workflows');
const step = z.looseObject({ uses: z.string().optional(), run: z.string().optional() });
const job = z.looseObject({
  permissions: z.record(z.string(), z.string()).optional(),
  'timeout-minutes': z.number(),
  steps: z.array(step),
});
const workflowSchema = z.looseObject({
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(z.string(), job),
});

const workflows = await Promise.all(
  (await readdir(folder)).map(async (name) => {
    const text = await readFile(join(folder, name), 'utf8');
    return { ...workflowSchema.parse(load(text)), file: name, text };
  }),
);

test('there are the two', () => {
  expect(workflows.map(({ file }) => file).sort()).toEqual(['ci.yml', 'release.yml']);
});

test.each(workflows)('$file takes actions by their commit and says of which version', ({ text, jobs }) => {
  const uses = Object.values(jobs).flatMap(({ steps }) => steps.flatMap((each) => each.uses ?? []));
  expect(uses.length).toBeGreaterThan(0);
  for (const each of uses) {
    expect(each).toMatch(/^actions\/[\w-]+@[\da-f]{40}$/);
    expect(text).toMatch(new RegExp(`${each} # v\\d+\\.\\d+\\.\\d+`));
  }
});

test.each(workflows)('$file may read, and writes only where a release is drafted', ({ file, permissions, jobs }) => {
  expect(permissions).toEqual({ contents: 'read' });
  const writers = Object.entries(jobs).filter(([, { permissions: own }]) => own !== undefined);
  expect(writers.map(([id, { permissions: own }]) => [id, own])).toEqual(
    file === 'release.yml' ? [['draft', { contents: 'write' }]] : [],
  );
});

test.each(workflows)('$file puts nothing into a shell that somebody else may have written', ({ jobs }) => {
  const scripts = Object.values(jobs).flatMap(({ steps }) => steps.flatMap((each) => each.run ?? []));
  expect(scripts.filter((script) => script.includes('${{'))).toEqual([]);
});

test.each(workflows)('$file lets no secret out of the step that needs it', ({ text, jobs }) => {
  expect(text.split(/^jobs:/m)[0]).not.toContain('secrets.');
  for (const { steps } of Object.values(jobs)) {
    expect(JSON.stringify(steps.filter(({ uses }) => uses !== undefined))).not.toContain('secrets.');
  }
});
