/** One zip file, streamed: what goes in is checked on its way, may be paused and ended anywhere. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { AppError } from '../lib/app-error.ts';
import { interrupted, stopError } from './export-errors.ts';
import type { ExportHooks } from './export-types.ts';
import { markerPath } from './marker.ts';
import { targetStop } from './put-errors.ts';

/** Whether work may go on, asked piece by piece. */
export class Pace {
  /** Gone through so far. */
  bytes = 0;
  readonly signal: AbortSignal;
  readonly #hooks: Pick<ExportHooks, 'whenGoing'>;
  readonly #onStep: () => void;

  constructor(signal: AbortSignal, hooks: Pick<ExportHooks, 'whenGoing'>, onStep: () => void) {
    this.signal = signal;
    this.#hooks = hooks;
    this.#onStep = onStep;
  }

  /** Waits while the run is paused. AppError `interrupted` once it is cancelled. */
  async go(bytes = 0): Promise<void> {
    this.bytes += bytes;
    this.#onStep();
    await this.#hooks.whenGoing();
    if (this.signal.aborted) {
      throw interrupted(this.signal.reason);
    }
  }
}

export interface ZipPart {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Bytes on their way into a zip: others than those checked before end the whole. `onEnd`: all of them went through. */
export function verified(source: Readable, sha256: string, path: string, pace: Pace, onEnd: () => void): Readable {
  const hash = createHash('sha256');
  const through = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      pace.go(chunk.length).then(
        () => {
          done(null, chunk);
        },
        (error: unknown) => {
          done(error instanceof Error ? error : new Error(String(error)));
        },
      );
    },
    flush(done) {
      if (hash.digest('hex') === sha256) {
        onEnd();
        done();
      } else {
        done(
          new AppError(
            'media_offline',
            `A file of the library changed while it was exported: ${path}`,
            'Run the same command again.',
          ),
        );
      }
    },
  });
  source.on('error', (error) => {
    through.destroy(error);
  });
  const letGo = (): void => {
    source.destroy();
    through.destroy();
  };
  pace.signal.addEventListener('abort', letGo, { once: true });
  through.on('close', () => {
    pace.signal.removeEventListener('abort', letGo);
    source.destroy();
  });
  return source.pipe(through);
}

/** Writes a zip into the folder of temporary files, hashed and synced. AppError `interrupted`, `disk_full`, `target_unusable`, `media_offline`. */
export async function writePart(
  name: string,
  place: { readonly dir: string; readonly temp: string },
  { signal }: Pick<Pace, 'signal'>,
  fill: (zip: ZipFile) => void,
): Promise<ZipPart> {
  const zip = new ZipFile();
  const temp = join(place.temp, name);
  const hash = createHash('sha256');
  let bytes = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  const ended = new AbortController();
  try {
    fill(zip);
    zip.end();
    const failed = new Promise<never>((_resolve, reject) => {
      zip.on('error', reject);
    });
    const output: NodeJS.ReadableStream = zip.outputStream;
    const written = pipeline(output, counted, createWriteStream(temp), {
      signal: AbortSignal.any([signal, ended.signal]),
    });
    // Heard here where the zip fails first: the file must be closed before it is removed.
    written.catch(() => undefined);
    try {
      await Promise.race([written, failed]);
    } catch (error) {
      ended.abort();
      await written.catch(() => undefined);
      throw error;
    }
    await syncFile(temp);
    return { name, bytes, sha256: hash.digest('hex') };
  } catch (error) {
    await rm(temp, { force: true }).catch(() => undefined);
    if (signal.aborted) {
      throw interrupted(error);
    }
    if (error instanceof AppError) {
      throw error;
    }
    const stop = targetStop(error, markerPath(place.dir));
    throw stopError(stop.code, stop.message, place.dir);
  }
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
