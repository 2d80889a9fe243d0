/** A process with an environment of its own asks the API and a media host once each, and prints what came of it. */
import { systemClock } from '../../lib/clock.ts';
import { createApiClient } from '../client.ts';
import { ApiError } from '../errors.ts';
import { createLimiter } from '../limiter.ts';
import { createMediaClient } from '../media-client.ts';
import { MediaError } from '../media-error.ts';

const origin = process.argv[2] ?? '';
const limiter = createLimiter({ ratePerMinute: 0, clock: systemClock });
const api = createApiClient({ apiBase: origin, key: 'k', connectionId: 'c', limiter });
const media = createMediaClient();

async function come(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'ok';
  } catch (error) {
    return error instanceof ApiError || error instanceof MediaError ? error.code : String(error);
  }
}

const answered = await come(api.chatMediaPage(1));
const fetched = await come(media.fetch(`${origin}/picture`).then((response) => response.bytes(100)));
process.stdout.write(`api ${answered}, media ${fetched}\n`);
api.close();
await media.close();
