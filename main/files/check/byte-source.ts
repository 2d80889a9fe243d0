/** Random access to bytes in memory or in an open file, so that one set of checks serves both. */
import { readSync } from 'node:fs';

export interface ByteSource {
  readonly size: number;
  /** Bytes from `at`; fewer than `length` only at the end. The answer is valid until the next read. */
  read(at: number, length: number): Buffer;
}

export function memorySource(bytes: Uint8Array): ByteSource {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    size: buffer.length,
    read: (at, length) => buffer.subarray(Math.min(at, buffer.length), Math.min(at + length, buffer.length)),
  };
}

const WINDOW = 64 * 1024;

/** Reads through a window, because container headers come in many small steps. Synchronous: for the worker. */
export function fileSource(fd: number, size: number): ByteSource {
  let window = Buffer.alloc(0);
  let start = 0;
  const fill = (at: number, length: number): void => {
    const wanted = Math.min(Math.max(length, WINDOW), size - at);
    const next = Buffer.alloc(wanted);
    let got = 0;
    while (got < wanted) {
      const count = readSync(fd, next, got, wanted - got, at + got);
      if (count === 0) {
        break;
      }
      got += count;
    }
    window = next.subarray(0, got);
    start = at;
  };
  return {
    size,
    read: (at, length) => {
      const end = Math.min(at + length, size);
      if (at >= end) {
        return Buffer.alloc(0);
      }
      if (at < start || end > start + window.length) {
        fill(at, end - at);
      }
      return window.subarray(at - start, end - start);
    },
  };
}
