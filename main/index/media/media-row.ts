/** A media item by itself: its row of `media`, as listings tell it. */
import { type ListedMedia } from '../../lib/model.ts';
import { kinds, mediaStates } from '../kernel/codes.ts';
import { type WritableDatabase } from '../kernel/database-types.ts';

/**
 * Facts that listings tell, with their columns. What one listing leaves out, a later one may tell; what two tell differently are two files.
 * A new fact needs its line here, a column (a migration), its reader (`api/read-media.ts`) and a place in the shapes of both ends.
 */
const FACTS = { width: 'width', height: 'height', durationMs: 'duration_ms', createdAt: 'created_at' } as const;
type Fact = keyof typeof FACTS;
type Facts = Readonly<Record<Fact, number | null>>;

const NAMES: readonly Fact[] = ['width', 'height', 'durationMs', 'createdAt'];
const COLUMNS = NAMES.map((name) => FACTS[name]);

/** Facts that a tile carries, as columns of `media m`. */
export const TILE_FACTS = (['width', 'height', 'durationMs'] as const)
  .map((name) => `m.${FACTS[name]} AS ${name}`)
  .join(', ');

const INSERT = `INSERT INTO media (account_id, id, kind, kind_raw, state, first_seen, ${COLUMNS.join(', ')})
  VALUES (?, ?, ?, ?, ?, ?, ${COLUMNS.map(() => '?').join(', ')})`;

/** Writes an item that nobody knew; answers its key. */
export function insertMedia(db: WritableDatabase, accountId: number, media: ListedMedia, at: number): number {
  return db.insert(
    INSERT,
    accountId,
    media.id,
    kinds.code(media.kind),
    media.kindRaw.toWellFormed(),
    mediaStates.code(media.state),
    at,
    ...NAMES.map((name) => media[name]),
  );
}

const SELECT = `SELECT key, kind, removal, ${NAMES.map((name) => `${FACTS[name]} AS ${name}`).join(', ')}
  FROM media WHERE account_id = ? AND id = ?`;
const LEARN = `UPDATE media SET kind = ?, ${COLUMNS.map((column) => `${column} = coalesce(${column}, ?)`).join(', ')} WHERE key = ?`;

interface KnownRow extends Facts {
  readonly key: number;
  readonly kind: number;
  readonly removal: number | null;
}

export interface KnownMedia {
  readonly key: number;
  readonly removed: boolean;
  /** Something was filled in that earlier listings did not say. */
  readonly learnt: boolean;
  /** The listing tells facts that cannot be those of what is known under this id. */
  readonly differs: boolean;
}

const OTHER = kinds.code('other');

/** Fills in what earlier listings did not say; null: the item is not known. */
export function learnMedia(db: WritableDatabase, accountId: number, media: ListedMedia): KnownMedia | null {
  const row = db.get<KnownRow>(SELECT, accountId, media.id);
  if (row === undefined) {
    return null;
  }
  const told = kinds.code(media.kind);
  const kind = row.kind === OTHER ? told : row.kind;
  const learnt = kind !== row.kind || NAMES.some((name) => row[name] === null && media[name] !== null);
  if (learnt) {
    db.run(LEARN, kind, ...NAMES.map((name) => media[name]), row.key);
  }
  const differs =
    (kind !== told && told !== OTHER) ||
    NAMES.some((name) => row[name] !== null && media[name] !== null && row[name] !== media[name]);
  return { key: row.key, removed: row.removal !== null, learnt, differs };
}
