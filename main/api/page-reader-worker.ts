/** The thread that reads pages: bytes in, a packed page out. */
import { packPage } from '../lib/packed-page.ts';
import type { PackedPage } from '../lib/model.ts';
import { serveThread } from '../lib/thread.ts';
import { ApiError } from './errors.ts';
import { readPageBody, type AskedBody } from './page-body.ts';

const work = {
  /** A page, or what makes the answer none. */
  read({ body, asked }: { body: Uint8Array<ArrayBuffer>; asked: AskedBody }): PackedPage | { unreadable: string } {
    try {
      return packPage(readPageBody(body, asked));
    } catch (error) {
      if (error instanceof ApiError) {
        return { unreadable: error.detail ?? '' };
      }
      throw error;
    }
  },
};
export type PageWork = typeof work;

serveThread(work, (said) => ('packed' in said ? [said.packed.buffer as ArrayBuffer] : []));
