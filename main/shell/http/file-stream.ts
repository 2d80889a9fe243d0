import type { FileHandle } from 'node:fs/promises';

const CHUNK = 256 * 1024;

/**
 * The bytes `[start, end]` of an open file, read as the other side takes them. The handle is closed when they are all given, when the other
 * side leaves, and when reading fails; `onFault` hears of a file that ends early or cannot be read.
 */
export function fileStream(
  handle: FileHandle,
  { start, end }: { readonly start: number; readonly end: number },
  signal: AbortSignal,
  onFault: (error: unknown) => void,
): ReadableStream<Uint8Array> {
  let at = start;
  let closing: Promise<void> | null = null;
  const close = (): Promise<void> => {
    signal.removeEventListener('abort', leave);
    closing ??= handle.close();
    return closing;
  };
  function leave(): void {
    close().catch(onFault);
  }
  signal.addEventListener('abort', leave, { once: true });
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          if (signal.aborted) {
            await close();
            controller.error(signal.reason);
            return;
          }
          const wanted = Math.min(CHUNK, end - at + 1);
          const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafeSlow(wanted), 0, wanted, at);
          if (bytesRead === 0) {
            throw new Error('the file ended early');
          }
          at += bytesRead;
          controller.enqueue(buffer.subarray(0, bytesRead));
          if (at > end) {
            await close();
            controller.close();
          }
        } catch (error) {
          await close().catch(() => undefined);
          if (!signal.aborted) {
            onFault(error);
          }
          controller.error(error);
        }
      },
      cancel: close,
    },
    { highWaterMark: 0 },
  );
}
