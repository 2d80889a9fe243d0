import PQueue from 'p-queue';
import type { BlobRow } from '../index/files/calls.ts';
import type { Store } from '../files/interface.ts';
import type { IndexPort } from './kernel/ports.ts';

export interface VerifyPorts {
  readonly index: IndexPort;
  readonly store: Store;
  readonly now: () => number;
  readonly onProgress?: (progress: {
    readonly checked: number;
    readonly bytes: number;
    readonly total: number;
  }) => void;
}

export interface VerifyReport {
  readonly checked: number;
  readonly ok: number;
  readonly missing: number;
  readonly corrupt: number;
  /** Files of the store that no entry of the index names. They are left where they are. */
  readonly orphan: number;
  /** Bytes of the files that are as they should be. */
  readonly bytes: number;
  readonly damaged: readonly { readonly blob: BlobRow; readonly state: 'missing' | 'corrupt' }[];
}

const PAGE = 500;
const CHECKS_AT_ONCE = 4;

/**
 * Compares the index with the disk: every stored file exists with its size or, with `deep`, with its hash. Rejects with StoreError
 * `offline` when the media root is away, also when it goes away in the middle: an absent drive is never reported as missing files.
 */
export async function verifyLibrary(ports: VerifyPorts, deep: boolean, signal: AbortSignal): Promise<VerifyReport> {
  const { index, store } = ports;
  const total = (await index.read.stats({})).blobs;
  const damaged: { blob: BlobRow; state: 'missing' | 'corrupt' }[] = [];
  let checked = 0;
  let ok = 0;
  let bytes = 0;
  for (let after: string | null = null; ;) {
    const page: BlobRow[] = await index.read.blobs({ after, limit: PAGE });
    const last = page.at(-1);
    if (last === undefined) {
      break;
    }
    after = last.sha256;
    const sound: string[] = [];
    const queue = new PQueue({ concurrency: CHECKS_AT_ONCE });
    await queue.addAll(
      page.map((blob) => async () => {
        const state = await store.check(blob, deep, signal);
        checked += 1;
        if (state === 'ok') {
          ok += 1;
          bytes += blob.bytes;
          sound.push(blob.sha256);
        } else {
          damaged.push({ blob, state });
        }
      }),
    );
    if (deep) {
      await index.write.noteBlobs({ at: ports.now(), ok: sound });
    }
    ports.onProgress?.({ checked, bytes, total });
  }
  const count = (state: string): number => damaged.filter((entry) => entry.state === state).length;
  return {
    checked,
    ok,
    missing: count('missing'),
    corrupt: count('corrupt'),
    orphan: await countOrphans(index, store, signal),
    bytes,
    damaged,
  };
}

async function countOrphans(index: IndexPort, store: Store, signal: AbortSignal): Promise<number> {
  let orphans = 0;
  for await (const page of store.walk(PAGE, signal)) {
    const known = new Set(await index.read.knownBlobs({ sha256: page.map((blob) => blob.sha256) }));
    orphans += page.filter((blob) => !known.has(blob.sha256)).length;
  }
  return orphans;
}

/** Puts damaged files aside and makes them wanted again; a run then fetches them. Returns the ids of the files concerned. */
export async function reopenDamaged(ports: VerifyPorts, report: VerifyReport, runId: number | null): Promise<number[]> {
  const reopened: number[] = [];
  for (let from = 0; from < report.damaged.length; from += PAGE) {
    const page = report.damaged.slice(from, from + PAGE);
    for (const { blob, state } of page) {
      if (state === 'corrupt') {
        await ports.store.setAside(blob);
      }
    }
    reopened.push(
      ...(await ports.index.write.forgetBlobs({ at: ports.now(), runId, sha256: page.map(({ blob }) => blob.sha256) })),
    );
  }
  return reopened;
}
