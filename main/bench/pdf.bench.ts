/** A conversation as a PDF: 10,000 messages, a tenth of them with a picture of 4 megapixels. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { MadeLibrary } from '../export/testing/made-library.ts';
import { createPictureEngine } from '../pictures/picture-engine.ts';
import { expectEqual, figure, type BenchContext, type Figure } from './figures.ts';
import { grainyPicture } from './pictures.bench.ts';

const A_BATCH = 100;
const MEGAPIXELS = 4;
const CHILD = fileURLToPath(new URL('./pdf-child.ts', import.meta.url));
const took = z.object({ messages: z.number(), seconds: z.number(), processor: z.number(), peakMb: z.number() });

export async function pdf(context: BenchContext): Promise<Figure[]> {
  const messages = context.quick ? 500 : 10_000;
  const pictures = Math.min(messages, context.sizes['files'] ?? messages / 10);
  const folder = await context.folder();
  await fill(folder, messages, pictures);
  const { stdout } = await promisify(execFile)(process.execPath, [CHILD, folder]);
  const { seconds, processor, peakMb, ...made } = took.parse(JSON.parse(stdout));
  expectEqual('messages in the PDF', made.messages, messages);
  context.say(`${String(messages)} messages, ${String(pictures)} pictures: ${seconds.toFixed(1)} s`);
  const bench = `pdf (${String(messages)} messages, ${String(pictures)} pictures)`;
  return [
    figure(bench, 'time', 's', [seconds], { atMost: { value: 60 } }),
    figure(bench, 'processor time', 's', [processor]),
    figure(bench, 'peak memory', 'MB', [peakMb], { atMost: { value: 500 } }),
  ];
}

async function fill(folder: string, messages: number, pictures: number): Promise<void> {
  const engine = createPictureEngine({ threads: 1 });
  const picture = await grainyPicture(engine, MEGAPIXELS, { format: 'jpeg', quality: 88 });
  await engine.close();
  const library = await MadeLibrary.open(folder);
  const before = (id: number): number => Math.floor((id * pictures) / messages);
  for (let from = 0; from < messages; from += A_BATCH) {
    await library.add(
      Array.from({ length: A_BATCH }, (_unused, at) => {
        const id = from + at + 1;
        // Bytes of its own for each: equal ones are one picture of the document.
        const bytes = Buffer.concat([picture, Buffer.from(String(id))]);
        return { id, sentAt: id * 60_000, media: before(id) > before(id - 1) ? [{ id: 1_000_000 + id, bytes }] : [] };
      }),
    );
  }
  await library.close();
}
