import type { ApiClient, ApiClientOptions } from '../../api/client.ts';
import type { LimiterRegistry } from '../../api/limiter.ts';
import type { MediaClient, MediaClientOptions } from '../../api/media-client.ts';
import { PageReader } from '../../api/page-reader.ts';
import { MediaError } from '../../api/media-error.ts';
import type { NetworkSettings } from '../../api/routes.ts';
import type { Clock } from '../../lib/clock.ts';
import type { PackedPage } from '../../lib/model.ts';
import type { TransferFailure } from '../../sync/download/file-downloader.ts';
import { ServiceMeter } from '../../sync/kernel/service-meter.ts';
import type { Credentials } from './credentials.ts';

export interface ServiceClients {
  readonly api: ApiClient<PackedPage>;
  readonly media: MediaClient;
  readonly meter: ServiceMeter;
  close(): Promise<void>;
}

export interface ConnectOptions {
  readonly apiBase: string;
  readonly ratePerMinute: number | null;
  readonly limiters: LimiterRegistry;
  /** Left out where no page is listed. */
  readonly pages?: PageReader;
}

/** The parts of a connection that come from the machine. */
export interface ServicePorts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly version: string;
  /** Patience with the service; left out = defaults. */
  readonly tuning?: ServiceTuning;
  /** Proxies and certificates; left out = no proxy, the system's certificates. */
  readonly network?: NetworkSettings;
}

/** Patience with the service; left out = the clients' own defaults. */
export interface ServiceTuning {
  readonly apiTimeouts?: ApiClientOptions['timeouts'];
  readonly apiRetry?: ApiClientOptions['retry'];
  readonly mediaTimeouts?: MediaClientOptions['timeouts'];
}

/**
 * The two clients of one connection: the API's, with credentials, and the media host's, without any. Their libraries are loaded with the
 * first connection: a start that shows a library has no use for them, and they take a fifth of a second.
 */
export async function connectService(
  credentials: Credentials,
  options: ConnectOptions,
  { clock, random, version, tuning, network }: ServicePorts,
): Promise<ServiceClients> {
  const [{ createClient }, { createMediaClient }] = await Promise.all([
    import('../../api/client.ts'),
    import('../../api/media-client.ts'),
  ]);
  const meter = new ServiceMeter(clock);
  const common = { userAgent: `chatkeep/${version}`, ...(network && { network }) };
  const api = createClient(
    {
      apiBase: options.apiBase,
      key: credentials.key,
      connectionId: credentials.connectionId,
      // The same connection at another address is another budget: a stand-in must not spend the service's.
      limiter: options.limiters.limiterFor(`${options.apiBase} ${credentials.connectionId ?? credentials.key}`, {
        ratePerMinute: options.ratePerMinute,
      }),
      clock,
      random,
      ...common,
      ...(tuning?.apiTimeouts && { timeouts: tuning.apiTimeouts }),
      ...(tuning?.apiRetry && { retry: tuning.apiRetry }),
      onWait: (wait) => meter.noteWait(wait),
      onRequest: () => {
        meter.requests += 1;
      },
    },
    (options.pages ?? new PageReader()).read,
  );
  const media = createMediaClient({
    ...common,
    ...(tuning?.mediaTimeouts && { timeouts: tuning.mediaTimeouts }),
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

/** Classifies an error of the media client for a file; null = another kind of error. */
export function mediaFailureOf(error: unknown): TransferFailure | null {
  if (!(error instanceof MediaError) || error.code === 'aborted') {
    return null;
  }
  return { code: error.code, held: error.code === 'certificate' || error.code === 'proxy' };
}
