import type { Io } from './io.ts';

/** Words of the layers below, one line each, with `--verbose` only. */
export function logTo(
  io: Pick<Io, 'word'>,
  verbose: boolean,
): (message: string, fields: Readonly<Record<string, unknown>>) => void {
  return (message, fields) => {
    if (verbose) {
      const facts = Object.entries(fields).map(([name, value]) => `${name}=${JSON.stringify(value) ?? String(value)}`);
      io.word(['chatkeep:', message, ...facts].join(' '));
    }
  };
}
