/** A plan grows a slice at a time, here in the writer's thread: no row of it crosses to another thread before it is asked for. */
import { type Zone, zoneOf } from '../../contract/time-zone.ts';
import { exportItemStates, exportMethods, kinds, ledgerStates } from '../kernel/codes.ts';
import { type WritableDatabase } from '../kernel/database-types.ts';
import { type PlanSlice, type PlanSliceInput } from './calls.ts';
import { type MediaRef } from '../../contract/browse-shapes.ts';
import { parseTemplate, speaksOf, type Template } from '../../naming/template.ts';
import { planPath } from '../../naming/plan-path.ts';
import { slotsOf } from '../../naming/target-names.ts';
import { nextOfSelection } from '../browse/selection.ts';

const CLASH = 1;
const TRIMMED = 2;

const PLANNED = exportItemStates.code('planned');
const DONE = exportItemStates.code('done');
const FAILED = exportItemStates.code('failed');
const UNAVAILABLE = exportItemStates.code('unavailable');
const ZIP = exportMethods.code('zip');

interface Row {
  readonly chatKey: number;
  readonly mediaKey: number;
  readonly messageKey: number;
  readonly sentAt: number;
  readonly kind: number;
  readonly ledger: number;
  readonly accountId: number;
  readonly mediaId: number;
  readonly chatId: number;
  readonly messageId: number;
  readonly senderId: number | null;
  readonly position: number;
  readonly sha256: Uint8Array | null;
  readonly bytes: number | null;
  readonly ext: string | null;
  readonly seq: number | null;
  readonly state: number | null;
  readonly path: string | null;
  readonly planned: Uint8Array | null;
  readonly plannedExt: string | null;
  readonly written: number | null;
}

type StoredRow = Row & { readonly sha256: Uint8Array; readonly bytes: number; readonly ext: string };

const isStored = (row: Row): row is StoredRow => row.sha256 !== null && row.bytes !== null && row.ext !== null;

/**
 * Throws AppError `usage` when the template cannot be read. Plans the next items of the selection. Items planned before keep their numbers
 * and, once written, their paths.
 */
export function planExport(db: WritableDatabase, input: PlanSliceInput): PlanSlice {
  const template = parseTemplate(input.template);
  const { keys, next } = nextOfSelection(db, input.selection, input.after, input.limit, {
    everyChat: speaksOf(template, 'chat') || speaksOf(template, 'chatId'),
  });
  const rows = db.all<Row>(
    `SELECT i.chat_key AS chatKey, i.media_key AS mediaKey, i.message_key AS messageKey, i.sent_at AS sentAt, i.kind,
       i.ledger_state AS ledger, m.account_id AS accountId, m.id AS mediaId, c.id AS chatId, s.id AS messageId, s.sender_id AS senderId,
       l.position, b.sha256, b.bytes, b.ext, e.seq, e.state, e.path, e.sha256 AS planned, e.ext AS plannedExt,
       e.written IS NOT NULL AS written
     FROM json_each(?) k CROSS JOIN item i ON i.media_key = k.value ->> 0 AND i.chat_key = k.value ->> 1
     CROSS JOIN media m ON m.key = i.media_key CROSS JOIN chat c ON c.key = i.chat_key CROSS JOIN message s ON s.key = i.message_key
     CROSS JOIN message_media l ON l.message_key = i.message_key AND l.media_key = i.media_key
     LEFT JOIN other_file o ON o.file_id = m.key * 4 + 3 AND o.chat_key = i.chat_key
     LEFT JOIN file f ON f.id = coalesce(o.file_id, m.key * 4) AND f.state = 1 LEFT JOIN blob b ON b.key = f.blob_key AND b.lost_at IS NULL
     LEFT JOIN export_item e ON e.job_id = +? AND e.media_key = i.media_key AND e.chat_key = i.chat_key
     ORDER BY k.key`,
    JSON.stringify(keys.map((key) => [key.mediaKey, key.chatKey])),
    input.jobId,
  );
  const slice = new Slice(db, input, template);
  const excluded = new Set(input.selection.exclude.map(placeOf));
  for (const row of rows) {
    if (!excluded.has(placeOf(row))) {
      slice.take(row);
    }
  }
  return { next, seen: rows.length, added: slice.added };
}

/** Names of accounts are kept beside those of persons, whose ids begin at 1. */
const ACCOUNT = 0;

const placeOf = ({ accountId, mediaId }: MediaRef): string => `${String(accountId)} ${String(mediaId)}`;

class Slice {
  added = 0;
  readonly #db: WritableDatabase;
  readonly #input: PlanSliceInput;
  readonly #template: Template;
  readonly #speaksOfLabel: boolean;
  readonly #zone: Zone;
  readonly #names = new Map<string, string | null>();
  readonly #slots = new Map<string, number>();
  #lastSeq: number;

  constructor(db: WritableDatabase, input: PlanSliceInput, template: Template) {
    this.#db = db;
    this.#input = input;
    this.#template = template;
    const job = db.get<{ zone: string }>('SELECT time_zone AS zone FROM export_job WHERE id = ?', input.jobId);
    this.#zone = zoneOf(job?.zone ?? 'UTC');
    this.#speaksOfLabel = speaksOf(template, 'label');
    this.#lastSeq =
      db.get<{ seq: number }>('SELECT seq FROM export_item WHERE job_id = ? ORDER BY seq DESC LIMIT 1', input.jobId)
        ?.seq ?? 0;
  }

  take(row: Row): void {
    if (!isStored(row)) {
      this.#unavailable(row);
      return;
    }
    const sameFile = row.planned !== null && Buffer.compare(row.planned, row.sha256) === 0;
    if (sameFile && row.path !== null && (row.state === DONE || row.state === PLANNED)) {
      return;
    }
    const { fileBytes } = this.#input.rules;
    if (fileBytes !== null && row.bytes > fileBytes) {
      this.#leave(row);
      this.#put(row, { state: FAILED, reason: 'too_large', path: null, fold: null, flags: 0 });
      return;
    }
    if (row.path !== null && row.plannedExt === row.ext) {
      // Its name is its own already: a file replaced at the service takes the place of the one before.
      this.#db.run(
        'UPDATE export_item SET state = ?, reason = NULL, sha256 = ?, bytes = ? WHERE job_id = ? AND seq = ?',
        PLANNED,
        row.sha256,
        row.bytes,
        this.#input.jobId,
        row.seq,
      );
      return;
    }
    this.#leave(row);
    this.#name(row);
  }

  /** The item gives up its name: what was written under it is noted, to be taken away or listed. In a zip nothing stands under it. */
  #leave(row: Row): void {
    if (row.written === 1 && row.seq !== null && row.path !== null) {
      this.#db.run(
        `INSERT OR REPLACE INTO export_stale (job_id, fold, path, seq, written)
         SELECT job_id, fold, path, seq, written FROM export_item WHERE job_id = ? AND seq = ? AND fold IS NOT NULL AND method <> ?`,
        this.#input.jobId,
        row.seq,
        ZIP,
      );
      this.#db.run(
        'UPDATE export_item SET written = NULL, written_ms = NULL, fold = NULL WHERE job_id = ? AND seq = ?',
        this.#input.jobId,
        row.seq,
      );
    }
  }

  #name(row: StoredRow): void {
    const planned = planPath(
      this.#template,
      {
        chat: this.#nameOf(row.accountId, row.chatId) ?? 'chat',
        chatId: row.chatId,
        account: this.#nameOf(row.accountId, ACCOUNT) ?? 'account',
        sender: row.senderId === null ? 'unknown' : (this.#nameOf(row.accountId, row.senderId) ?? String(row.senderId)),
        sentAt: row.sentAt,
        zone: this.#zone,
        messageId: row.messageId,
        mediaId: row.mediaId,
        position: row.position + 1,
        kind: kinds.name(row.kind),
        ext: row.ext,
        label: this.#labelOf(row.mediaKey) ?? 'no label',
        counter: row.seq ?? this.#lastSeq + 1,
      },
      this.#input.rules,
      (fold) =>
        this.#db.get('SELECT 1 FROM export_item WHERE job_id = ? AND fold = ?', this.#input.jobId, fold) !== undefined,
      (folder) => this.#slotsIn(folder),
    );
    if (planned === null) {
      this.#put(row, { state: FAILED, reason: 'too_long', path: null, fold: null, flags: 0 });
    } else {
      const { path, fold, clash, trimmed } = planned;
      const folder = fold.slice(0, Math.max(0, fold.lastIndexOf('/')));
      if (this.#slots.has(folder)) {
        this.#slots.set(folder, this.#slotsIn(folder) + slotsOf(path.slice(path.lastIndexOf('/') + 1)));
      }
      this.#put(row, {
        state: PLANNED,
        reason: null,
        path,
        fold,
        flags: (clash ? CLASH : 0) | (trimmed ? TRIMMED : 0),
      });
    }
  }

  /** Directory entries that the plan's names take in a folder, by its folded path. */
  #slotsIn(folder: string): number {
    let slots = this.#slots.get(folder);
    if (slots === undefined) {
      const [from, to] = folder === '' ? ['', '\u{10FFFF}'] : [`${folder}/`, `${folder}0`];
      slots = this.#db
        .all<{ name: string }>(
          `SELECT substr(path, length(?) + 1) AS name FROM export_item
           WHERE job_id = ? AND fold IS NOT NULL AND fold >= ? AND fold < ? AND instr(substr(fold, length(?) + 1), '/') = 0`,
          from,
          this.#input.jobId,
          from,
          to,
          from,
        )
        .reduce((sum, { name }) => sum + slotsOf(name), 0);
      this.#slots.set(folder, slots);
    }
    return slots;
  }

  /** A written file stays recorded, even if the library has lost its own copy. */
  #unavailable(row: Row): void {
    if (row.written !== 1) {
      const reason = ledgerStates.name(row.ledger);
      // A file whose bytes were lost is still `stored` until it is wanted again.
      this.#put(row, {
        state: UNAVAILABLE,
        reason: reason === 'stored' ? 'pending' : reason,
        path: null,
        fold: null,
        flags: 0,
      });
    }
  }

  #put(
    row: Row,
    item: {
      readonly state: number;
      readonly reason: string | null;
      readonly path: string | null;
      readonly fold: string | null;
      readonly flags: number;
    },
  ): void {
    if (row.seq !== null) {
      this.#db.run(
        `UPDATE export_item SET state = ?, reason = ?, path = ?, fold = ?, flags = ?, sha256 = ?, bytes = ?, ext = ?, message_key = ?, sent_at = ?
         WHERE job_id = ? AND seq = ?`,
        item.state,
        item.reason,
        item.path,
        item.fold,
        item.flags,
        row.sha256,
        row.bytes,
        row.ext,
        row.messageKey,
        row.sentAt,
        this.#input.jobId,
        row.seq,
      );
      return;
    }
    this.#lastSeq += 1;
    this.added += 1;
    this.#db.run(
      `INSERT INTO export_item (job_id, seq, media_key, chat_key, message_key, sent_at, state, reason, path, fold, flags, sha256, bytes, ext)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      this.#input.jobId,
      this.#lastSeq,
      row.mediaKey,
      row.chatKey,
      row.messageKey,
      row.sentAt,
      item.state,
      item.reason,
      item.path,
      item.fold,
      item.flags,
      row.sha256,
      row.bytes,
      row.ext,
    );
  }

  #labelOf(mediaKey: number): string | null {
    const row = this.#speaksOfLabel
      ? this.#db.get<{ name: string }>(
          `SELECT l.name FROM label_media b JOIN label l ON l.id = b.label_id
           WHERE b.media_key = +? AND l.name IS NOT NULL AND l.removed_at IS NULL ORDER BY l.fold LIMIT 1`,
          mediaKey,
        )
      : undefined;
    return row?.name ?? null;
  }

  /** The name under which this export first wrote a chat, a sender or an account, whatever they are called by now: one folder for each. */
  #nameOf(accountId: number, personId: number): string | null {
    const key = `${String(accountId)} ${String(personId)}`;
    let name = this.#names.get(key);
    if (name === undefined) {
      const { jobId } = this.#input;
      const now =
        personId === ACCOUNT
          ? `SELECT name FROM account WHERE id = ? AND ${ACCOUNT} = ?`
          : 'SELECT coalesce(name, username) FROM person WHERE account_id = ? AND id = ?';
      this.#db.run(
        `INSERT OR IGNORE INTO export_name (job_id, account_id, person_id, name) VALUES (?, ?, ?, (${now}))`,
        jobId,
        accountId,
        personId,
        accountId,
        personId,
      );
      const row = this.#db.get<{ name: string | null }>(
        'SELECT name FROM export_name WHERE job_id = ? AND account_id = ? AND person_id = ?',
        jobId,
        accountId,
        personId,
      );
      name = row?.name ?? null;
      this.#names.set(key, name);
    }
    return name;
  }
}
