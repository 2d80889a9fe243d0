/** The changes of a filter as a file, whatever part of them the screen shows. */
import type { Bridge } from '../../../../main/app/bridge.ts';
import { csvLine } from '../../../../main/contract/csv.ts';
import type { WireError } from '../../../../main/contract/errors.ts';
import type { ChangeFilter, NamedChange } from '../../../../main/contract/shapes.ts';
import { localText } from '../../../../main/contract/time-zone.ts';
import { zone } from '../../lib/zone.ts';

const HEAD = [
  'noticed_at',
  'run',
  'what',
  'account_id',
  'chat_id',
  'chat',
  'message_id',
  'media_id',
  'before',
  'after',
  'noticed_local',
  'time_zone',
] as const;

const cells = (change: NamedChange): (string | number | null)[] => [
  new Date(change.at).toISOString(),
  change.runId,
  change.field,
  change.accountId,
  change.chatId,
  change.chatName,
  change.messageId,
  change.mediaId,
  change.before,
  change.after,
  localText(change.at, zone),
  zone.name,
];

/** The text of the file, page by page: `csv`, or `json` with times in UTC. */
export async function changesFile(
  bridge: Bridge,
  filter: ChangeFilter,
  as: 'csv' | 'json',
): Promise<
  { readonly ok: true; readonly parts: readonly string[] } | { readonly ok: false; readonly error: WireError }
> {
  const parts: string[] = [as === 'csv' ? csvLine(HEAD) : '{"format":"chatkeep-changes","version":1,"changes":['];
  let comma = '\n';
  for (let after: string | null = null; ;) {
    const answer: Awaited<ReturnType<typeof page>> = await page(bridge, filter, after);
    if (!answer.ok) {
      return answer;
    }
    for (const change of answer.value.rows) {
      if (as === 'csv') {
        parts.push(csvLine(cells(change)));
      } else {
        parts.push(comma, JSON.stringify({ ...change, at: new Date(change.at).toISOString() }));
        comma = ',\n';
      }
    }
    after = answer.value.next;
    if (after === null) {
      return { ok: true, parts: as === 'csv' ? parts : [...parts, '\n]}\n'] };
    }
  }
}

const page = (bridge: Bridge, filter: ChangeFilter, after: string | null) =>
  bridge.call('changes.page', { filter, after, limit: 500 });

/** Hands the file to the browser or the window's own dialog. Null = done. */
export async function saveChanges(bridge: Bridge, filter: ChangeFilter, as: 'csv' | 'json'): Promise<WireError | null> {
  const file = await changesFile(bridge, filter, as);
  if (!file.ok) {
    return file.error;
  }
  const url = URL.createObjectURL(new Blob([...file.parts], { type: as === 'csv' ? 'text/csv' : 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `changes.${as}`;
  link.click();
  // The download has its own hold of the bytes once it has begun.
  requestAnimationFrame(() => URL.revokeObjectURL(url));
  return null;
}
