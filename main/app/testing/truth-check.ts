/** Compares a library with what the sandbox knows: what is missing, what is wrong. Reads the index file directly, on purpose. */
import Database from 'better-sqlite3';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ledgerStates } from '../../index/kernel/codes.ts';
import type { Sandbox } from '../../sandbox/testing/sandbox.ts';
import { truthOf } from '../../sandbox/testing/truth.ts';

const messageRow = z.object({ id: z.number(), gone: z.number() });
const fileRow = z.object({ id: z.number(), sha: z.string().nullable(), ext: z.string().nullable(), state: z.number() });

export interface TruthReport {
  /** Messages of the media listing that the service shows and the index lacks, or marks as gone. */
  readonly lostMessages: readonly number[];
  /** Viewable media whose full file is not stored, with their state here. */
  readonly lostMedia: readonly { readonly id: number; readonly state: string }[];
  /** Stored files whose bytes on disk are not the service's. */
  readonly wrongBytes: readonly number[];
  /** Media whose state here is not what the service says. */
  readonly wrongStates: readonly { readonly id: number; readonly here: string; readonly there: string }[];
  /** Media known here of which the service never told: none, ever. */
  readonly invented: readonly number[];
}

/** What differs between a library and its sandbox. Everything empty = nothing lost, nothing pretended. */
export async function compareWithTruth(root: string, sandbox: Sandbox): Promise<TruthReport> {
  const db = new Database(join(root, 'index.sqlite'), { readonly: true });
  try {
    const lostMessages: number[] = [];
    const there = new Map<number, { state: string; sha: string | null }>();
    for (const chat of truthOf(sandbox).chats()) {
      const known = new Map(
        z
          .array(messageRow)
          .parse(
            db
              .prepare(
                'SELECT m.id, m.gone_since IS NOT NULL AS gone FROM message m JOIN chat c ON c.key = m.chat_key WHERE c.id = ?',
              )
              .all(chat.id),
          )
          .map((row) => [row.id, row.gone === 0]),
      );
      for (const message of chat.messages()) {
        if (message.inMediaListing && known.get(message.id) !== true) {
          lostMessages.push(message.id);
        }
      }
      for (const media of chat.media()) {
        const file = media.state === 'viewable' ? await truthOf(sandbox).file(media.id, 'full') : null;
        there.set(media.id, { state: media.state, sha: file?.sha256 ?? null });
      }
    }
    const here = z.array(fileRow).parse(
      db
        .prepare(
          `SELECT md.id, lower(hex(b.sha256)) AS sha, b.ext, i.ledger_state AS state FROM media md
             JOIN item i ON i.media_key = md.key AND i.lead = 1
             LEFT JOIN file f ON f.media_key = md.key AND f.variant = 0 LEFT JOIN blob b ON b.key = f.blob_key`,
        )
        .all(),
    );
    return { lostMessages, ...judge(root, here, there, (id) => truthOf(sandbox).mediaById(id) !== null) };
  } finally {
    db.close();
  }
}

function judge(
  root: string,
  here: readonly z.infer<typeof fileRow>[],
  there: ReadonlyMap<number, { state: string; sha: string | null }>,
  everShown: (id: number) => boolean,
): Omit<TruthReport, 'lostMessages'> {
  const known = new Map(here.map((row) => [row.id, row]));
  const lostMedia: { id: number; state: string }[] = [];
  const wrongBytes: number[] = [];
  const wrongStates: { id: number; here: string; there: string }[] = [];
  for (const [id, truth] of there) {
    const row = known.get(id);
    const state = row === undefined ? 'unknown' : ledgerStates.name(row.state);
    if (truth.state === 'viewable') {
      if (state !== 'stored' || row === undefined || row.sha === null) {
        lostMedia.push({ id, state });
      } else if (row.sha !== truth.sha || !bytesMatch(root, row.sha, row.ext ?? '')) {
        wrongBytes.push(id);
      }
    } else if (state !== ledgerStateOf(truth.state) && state !== 'stored') {
      wrongStates.push({ id, here: state, there: truth.state });
    }
  }
  return {
    lostMedia,
    wrongBytes,
    wrongStates,
    invented: [...known.keys()].filter((id) => !there.has(id) && !everShown(id)),
  };
}

function ledgerStateOf(state: string): string {
  return state === 'preview' ? 'locked' : state;
}

function bytesMatch(root: string, sha: string, ext: string): boolean {
  const path = join(root, 'files', sha.slice(0, 2), sha.slice(2, 4), `${sha}.${ext}`);
  return existsSync(path) && createHash('sha256').update(readFileSync(path)).digest('hex') === sha;
}
