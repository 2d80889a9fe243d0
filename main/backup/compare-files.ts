/** Merges the files of the index with those of a target. Both come in the order of their hashes, so neither is in memory as a whole. */
import type { BlobRow } from '../index/files/calls.ts';
import type { FoundBlob } from '../files/store/store-walk.ts';

export interface ComparedFile {
  readonly blob: BlobRow;
  /** The target has a file of this name and size. */
  readonly there: boolean;
}

/** Pages of the index's files as they come, each with what the target has of them. */
export async function* compareFiles(
  named: AsyncIterable<readonly BlobRow[]>,
  found: AsyncIterable<readonly FoundBlob[]>,
): AsyncGenerator<ComparedFile[]> {
  const walk = found[Symbol.asyncIterator]();
  let rest: readonly FoundBlob[] = [];
  try {
    for await (const page of named) {
      const last = page.at(-1)?.sha256 ?? '';
      const sizes = new Map<string, number>();
      for (let ended = false; !ended;) {
        const beyond = rest.findIndex(({ sha256 }) => sha256 > last);
        for (const { sha256, ext, bytes } of beyond < 0 ? rest : rest.slice(0, beyond)) {
          sizes.set(`${sha256}.${ext}`, bytes);
        }
        if (beyond >= 0) {
          rest = rest.slice(beyond);
          break;
        }
        const next = await walk.next();
        ended = next.done === true;
        rest = next.done === true ? [] : next.value;
      }
      yield page.map((blob) => ({ blob, there: sizes.get(`${blob.sha256}.${blob.ext}`) === blob.bytes }));
    }
  } finally {
    await walk.return?.();
  }
}
