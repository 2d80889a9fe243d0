import { type WritableDatabase } from './database-types.ts';

/** Which listing a page came from: `media`, `media type=photos`, `media opened=true`, `messages` … One coverage for each. */
export type Pass = string;

/** JavaScript's numbers hold 53 bits exactly; the service's filters make far fewer passes than this. */
const MOST = 50;

/** The bit under which `message.passes` remembers a pass, made at its first page; 0 (remembers nothing) past the last bit. */
export function passBit(db: WritableDatabase, pass: string): number {
  const row = db.get<{ key: number }>('SELECT key FROM pass WHERE name = ?', pass);
  const key = row?.key ?? db.insert('INSERT INTO pass (name) VALUES (?)', pass);
  return key > MOST ? 0 : 2 ** key;
}
