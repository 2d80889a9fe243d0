/**
 * Runs commands one after the other in a process that is started once, for faults that have to be there from its start. A line of JSON each:
 * `{"args":[…],"env":{…}}` in, `{"code":0,"stdout":"…","stderr":"…"}` out.
 */
import { createInterface } from 'node:readline';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { createIo } from '../terminal/io.ts';
import { main } from '../main.ts';

const call = z.object({ args: z.array(z.string()), env: z.record(z.string(), z.string()) });

for await (const line of createInterface({ input: process.stdin })) {
  const { args, env } = call.parse(JSON.parse(line));
  const [out, err] = [new PassThrough(), new PassThrough()];
  const printed = Promise.all([text(out), text(err)]);
  const code = await main(args, {
    io: createIo(Readable.from(['']), out, err),
    env,
    platform: process.platform,
    signal: new AbortController().signal,
  });
  out.end();
  err.end();
  const [stdout, stderr] = await printed;
  process.stdout.write(`${JSON.stringify({ code, stdout, stderr })}\n`);
}
