import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { watchSignals } from './interrupt.ts';
import { createIo, NobodyReads } from './io.ts';

describe('signals', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('%s cancels first and ends at once the second time', (name) => {
    const exits: number[] = [];
    const source = Object.assign(new EventEmitter(), { exit: (code: number) => exits.push(code) });
    let restored = 0;
    const signal = watchSignals(source, {
      stdin: new PassThrough(),
      outIsTerminal: false,
      errIsTerminal: true,
      restoreTerminal: () => (restored += 1),
    });
    expect(signal.aborted).toBe(false);
    source.emit(name);
    expect([signal.aborted, exits]).toEqual([true, []]);
    source.emit('SIGINT');
    expect([exits, restored]).toEqual([[130], 1]);
  });
});

describe('answers', () => {
  it('wait for a slow reader', async () => {
    const out = new PassThrough({ highWaterMark: 10 });
    const io = createIo(new PassThrough(), out, new PassThrough());
    const written = io.answer('x'.repeat(1000)).then(() => out.end());
    expect(await text(out)).toHaveLength(1000);
    await written;
  });

  it('end when the reader has gone, while waiting for it and afterwards', async () => {
    const out = new PassThrough({ highWaterMark: 10 });
    const io = createIo(new PassThrough(), out, new PassThrough());
    const writing = io.answer('x'.repeat(1000));
    out.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    await expect(writing).rejects.toThrow(NobodyReads);
    await expect(io.answer('y')).rejects.toThrow(NobodyReads);
  });
});
