import { createApiClient, type ApiClient, type ApiClientOptions } from '../api/client.ts';
import type { LimiterRegistry } from '../api/limiter.ts';
import { createMediaClient, type MediaClient, type MediaClientOptions } from '../api/media-client.ts';
import { MediaError } from '../api/media-error.ts';
import type { Clock } from '../lib/clock.ts';
import type { TransferFailure } from '../sync/file-downloader.ts';
import { ServiceMeter } from '../sync/service-meter.ts';
import type { Credentials } from './credentials.ts';

export interface ServiceClients {
  readonly api: ApiClient;
  readonly media: MediaClient;
  readonly meter: ServiceMeter;
  close(): Promise<void>;
}

export interface ConnectOptions {
  readonly apiBase: string;
  readonly ratePerMinute: number | null;
  readonly limiters: LimiterRegistry;
  readonly clock: Clock;
  readonly random: () => number;
  readonly userAgent: string;
  readonly tuning?: ServiceTuning;
}

/** Patience with the service; left out = the clients' own defaults. */
export interface ServiceTuning {
  readonly apiTimeouts?: ApiClientOptions['timeouts'];
  readonly apiRetry?: ApiClientOptions['retry'];
  readonly mediaTimeouts?: MediaClientOptions['timeouts'];
}

/** The two clients of one connection: the API's, with credentials, and the media host's, without any. */
export function connectService(credentials: Credentials, options: ConnectOptions): ServiceClients {
  const meter = new ServiceMeter(options.clock);
  const { clock, random, userAgent } = options;
  const api = createApiClient({
    apiBase: options.apiBase,
    key: credentials.key,
    connectionId: credentials.connectionId,
    // The same connection at another address is another budget: a stand-in must not spend the service's.
    limiter: options.limiters.limiterFor(`${options.apiBase} ${credentials.connectionId ?? credentials.key}`, {
      ratePerMinute: options.ratePerMinute,
    }),
    clock,
    random,
    userAgent,
    ...(options.tuning?.apiTimeouts && { timeouts: options.tuning.apiTimeouts }),
    ...(options.tuning?.apiRetry && { retry: options.tuning.apiRetry }),
    onWait: (wait) => {
      meter.noteWait(wait);
    },
    onRequest: () => {
      meter.requests += 1;
    },
  });
  const media = createMediaClient({
    userAgent,
    ...(options.tuning?.mediaTimeouts && { timeouts: options.tuning.mediaTimeouts }),
  });
  return {
    api,
    media,
    meter,
    close: async () => {
      api.close();
      await media.close();
    },
  };
}

/** What an error of the media client means for a file; null when it is not one. */
export function mediaFailureOf(error: unknown): TransferFailure | null {
  return error instanceof MediaError && error.code !== 'aborted' ? { code: error.code, held: false } : null;
}
