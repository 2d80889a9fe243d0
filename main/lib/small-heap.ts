import { setFlagsFromString } from 'node:v8';

/**
 * Tells V8, for all threads of the process, how much garbage may pile up before it looks. By default some 250 MB do.
 *
 * `listing`: pages leave nothing behind, so collecting early keeps a run that lists a million media at some 255 MB. It costs processor
 * time (docs/benchmarks-notes.md).
 * `files`: the bytes of files lie outside the heap, and collecting early would cost half as much processor time again; only the space for
 * young objects is kept from growing, which costs nothing. Node's command line has flags for the same, but neither Electron nor an installed
 * command is started with them.
 */
export function tuneHeap(work: 'listing' | 'files'): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString(work === 'listing' ? '--optimize-for-size' : '--no-optimize-for-size');
}
