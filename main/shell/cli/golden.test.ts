import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CliRig, jsonLines } from './testing/cli-rig.ts';

/** The JSON that scripts read, byte for byte, over one sandbox library. `vitest -u` writes it again: only after an addition. */
const GOLDEN = fileURLToPath(new URL('./testing/golden/', import.meta.url));

const READS: Readonly<Record<string, readonly string[]>> = {
  accounts: ['account', 'list'],
  chats: ['chats'],
  'chats-remote': ['chats', '--remote'],
  ledger: ['ledger'],
  'ledger-chat': ['ledger', '--chat', '410000000'],
  media: ['media'],
  'media-kinds': ['media', '--kind', 'video', '--kind', 'audio', '--sender', 'them'],
  'media-chats': ['media', '--chat', '410000000', '--chat', '410000001', '--state', 'stored'],
  'media-text': ['media', '--text', 'the'],
  'media-limit': ['media', '--limit', '250'],
  search: ['search', 'the'],
  'search-chat': ['search', 'a', '--chat', '410000001', '--limit', '3'],
  'search-many': ['search', 'the', '--limit', '240'],
  'search-nothing': ['search', '***'],
  runs: ['runs'],
  run: ['runs', '1'],
  changes: ['changes'],
  'changes-since': ['changes', '--since', '1'],
  'changes-date': ['changes', '--since', '2099-01-01'],
  'no-chat': ['media', '--chat', '9'],
  'no-account': ['chats', '--account', '9'],
  'no-run': ['runs', '9'],
  'bad-token': ['media', '--after', '!'],
};

let rig: CliRig;
beforeAll(async () => {
  rig = await CliRig.start({ chats: 3, messages: 60, seed: 11 });
  // One chat after the other: items of one moment stand in the order in which they came.
  for (const chat of ['410000000', '410000001', '410000002']) {
    expect((await rig.runAs(['sync', '--chat', chat])).code).toBe(0);
  }
  const [hit] = jsonLines(await rig.run(['search', 'the', '--json'])) as { messageId: number }[];
  rig.sandbox.edit(hit?.messageId ?? 0, 'Edited words');
  expect((await rig.runAs(['sync', '--full'])).code).toBe(0);
});
afterAll(() => rig.close());

test.each(Object.entries(READS))('%s', async (name, args) => {
  const { code, stdout, stderr } = await rig.runAs([...args, '--json']);
  await expect(`exit ${String(code)}\n${stderr}${short(fixed(stdout))}`).toMatchFileSnapshot(
    join(GOLDEN, `${name}.jsonl`),
  );
});

/** Without what differs from run to run: folders, ports, and the times and waits of runs. */
function fixed(stdout: string): string {
  return stdout
    .replaceAll(rig.folder, '/folder')
    .replaceAll(rig.sandbox.api, 'http://api')
    .replaceAll(/"(at|startedAt|endedAt)":"[^"]+"/g, '"$1":"…"')
    .replaceAll(/"(waitedMs|durationMs|requests)":\d+/g, '"$1":0');
}

/** The first lines of a long list; of all, their number and hash. */
function short(stdout: string): string {
  const lines = stdout.split('\n');
  const hash = createHash('sha256').update(stdout).digest('hex');
  return lines.length <= 8 ? stdout : `${lines.slice(0, 4).join('\n')}\n${String(lines.length)} lines, ${hash}\n`;
}
