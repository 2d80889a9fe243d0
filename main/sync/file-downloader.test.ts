import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MediaError } from '../api/media-error.ts';
import type { FileJob, FileResult } from '../index/files/calls.ts';
import { StoreError, type Store } from '../files/interface.ts';
import { mp4, sha256 } from '../files/test-library.ts';
import { FileDownloader, partName, type TransferFailure } from './file-downloader.ts';
import { PauseAll } from './room-gate.ts';
import { HostGauge } from './host-gauge.ts';
import { LinkLifetime } from './link-lifetime.ts';
import type { Renewal } from './link-refresher.ts';
import { RunTally } from './run-tally.ts';
import { FakeClock } from './testing/fake-clock.ts';
import { job } from './testing/made.ts';
import { cutAfter, errorPage, honest, MediaHost, status } from './testing/media-host.ts';

const LARGE = mp4(3_000_000, 2);
const TRIES = 3;
const MINUTE = 60_000;

class ListingDown extends Error {}
class Refused extends Error {}

let host: MediaHost;
let clock: FakeClock;
let tally: RunTally;
let gauge: HostGauge;
let lifetime: LinkLifetime;
let renewals: number;
/** What the next renewal gives; by default another link to the same object. */
let renew: (of: FileJob) => Renewal | Error;
let downloader: FileDownloader;

beforeEach(async () => {
  host = await MediaHost.start(LARGE);
  clock = new FakeClock();
  tally = new RunTally();
  gauge = new HostGauge({ start: 4, min: 1, max: 8 });
  lifetime = new LinkLifetime();
  renewals = 0;
  renew = (of) => ({ ...of, url: host.url(`/fresh-${renewals}`), urlFetchedAt: clock.now() });
  downloader = made(host.store);
});
afterEach(async () => {
  await host.end();
});

function made(store: Store): FileDownloader {
  return new FileDownloader(
    {
      media: host.client,
      store,
      refresher: {
        renew: (of) => {
          renewals += 1;
          const given = renew(of);
          return given instanceof Error ? Promise.reject(given) : Promise.resolve(given);
        },
      },
      clock,
      random: () => 1,
      tally,
      gaugeOf: () => gauge,
      lifetimeOf: () => lifetime,
      failureOf,
    },
    { triesPerRun: TRIES, retryBaseMs: 1_000, retryCapMs: 30_000 },
  );
}

function failureOf(error: unknown): TransferFailure | null {
  if (error instanceof Refused) {
    return { code: 'credentials', held: true };
  }
  if (error instanceof ListingDown) {
    return { code: 'list_server', held: false };
  }
  return error instanceof MediaError && error.code !== 'aborted' ? { code: error.code, held: false } : null;
}

function linked(rest: Partial<FileJob> = {}): FileJob {
  return job(1, { url: host.url(), urlFetchedAt: clock.now(), ...rest });
}

function get(of: FileJob = linked(), signal = new AbortController().signal): Promise<FileResult> {
  return downloader.download(of, signal);
}

const STORED = { outcome: 'stored', sha256: sha256(LARGE), bytes: LARGE.length };

describe('a file', () => {
  test('that comes whole is stored and counted', async () => {
    expect(await get()).toMatchObject({ fileId: 1, mime: 'video/mp4', ext: 'mp4', ...STORED });
    expect(tally.snapshot()).toMatchObject({
      files: { downloaded: 1, bytes: LARGE.length, resumed: 0 },
      wastedBytes: 0,
    });
  });

  test('that is cut is tried again from where it was, and the host is spared', async () => {
    host.next.push(cutAfter(2_000_000));
    const cut = await get();
    const { offset } = (await host.store.part(partName(linked()))) ?? { offset: 0 };
    expect(cut).toMatchObject({ outcome: 'retry', error: 'network', bytesDone: offset, totalBytes: LARGE.length });
    expect(cut).toMatchObject({ retryAt: clock.now() + 1_000 });
    expect(gauge.limit(clock.now())).toBe(3);
    expect(await get()).toMatchObject(STORED);
    expect(tally.snapshot().files.resumed).toBe(1);
    expect(tally.snapshot().wastedBytes).toBe(0);
  });

  test('that comes as an error page is a failed try and costs no part of an earlier one', async () => {
    host.next.push(cutAfter(2_000_000), errorPage);
    await get();
    const before = await host.store.part(partName(linked()));
    expect(await get()).toMatchObject({ outcome: 'retry', error: 'not_media', bytesDone: before?.offset });
    expect(await get()).toMatchObject(STORED);
  });

  test('is left to a later run when its tries are used up', async () => {
    host.next.push(status(500), status(500), status(500));
    expect(await get()).toMatchObject({ outcome: 'retry', error: 'http_500', retryAt: clock.now() + 1_000 });
    expect(await get()).toMatchObject({ outcome: 'retry', retryAt: clock.now() + 2_000 });
    expect(await get()).toMatchObject({ outcome: 'failed', error: 'http_500', retryAt: clock.now() + 5 * MINUTE });
    expect(tally.snapshot()).toMatchObject({ files: { failed: 1 }, errors: { http_500: 3 } });
    expect(await get()).toMatchObject(STORED);
  });

  test('that the host is too busy for waits as long as it says, and no such wait counts as a try', async () => {
    for (let times = 0; times < 4 * TRIES; times += 1) {
      host.next.push(status(429, { 'retry-after': '9' }));
      expect(await get()).toMatchObject({ outcome: 'retry', error: 'http_429', retryAt: clock.now() + 9_000 });
    }
    expect(gauge.pausedUntil).toBe(clock.now() + 9_000);
    expect(tally.snapshot().files.failed).toBe(0);
    expect(await get()).toMatchObject(STORED);
  });
});

describe('a dead link', () => {
  test('is renewed, and the file goes on at the same offset', async () => {
    host.next.push(cutAfter(2_000_000), status(403));
    await get();
    const offset = (await host.store.part(partName(linked())))?.offset ?? 0;
    expect(await get()).toMatchObject(STORED);
    expect(host.requests.at(-1)).toEqual({ path: '/fresh-1', range: `bytes=${offset}-`, ifRange: '"v1"' });
    expect(tally.snapshot().files).toMatchObject({ refreshedUrls: 1, resumed: 1 });
  });

  test('that says it has ended is not even tried', async () => {
    expect(await get(linked({ urlFetchedAt: clock.now() - 10, urlExpiresAt: clock.now() - 1 }))).toMatchObject(STORED);
    expect(host.requests.map(({ path }) => path)).toEqual(['/fresh-1']);
  });

  test('that is renewed is tried, whatever it says: the clock here may be wrong', async () => {
    renew = (of) => ({ ...of, url: host.url('/fresh'), urlFetchedAt: clock.now() - 10, urlExpiresAt: clock.now() - 5 });
    expect(await get(linked({ urlFetchedAt: 0, urlExpiresAt: 1 }))).toMatchObject(STORED);
    expect(renewals).toBe(1);
  });

  test.each([404, 410])('that is %i after renewal means that the file is gone', async (code) => {
    host.next.push(status(code), status(code), status(code));
    expect(await get()).toEqual({ fileId: 1, outcome: 'gone', error: `http_${code}` });
    expect(renewals).toBe(2);
  });

  test('that is refused after renewal is a failed try, never gone', async () => {
    for (let tries = 1; tries <= TRIES; tries += 1) {
      host.next.push(status(403), status(403), status(403));
      expect(await get()).toMatchObject({ outcome: tries < TRIES ? 'retry' : 'failed', error: 'http_403' });
    }
  });

  test('to a file that is offered no more closes the file', async () => {
    host.next.push(status(404));
    renew = () => 'not_offered';
    expect(await get()).toEqual({ fileId: 1, outcome: 'unavailable', error: 'not_offered' });
  });

  test('to a file whose page cannot be read is a failed try, and closes nothing', async () => {
    host.next.push(status(404));
    renew = () => 'not_listed';
    expect(await get()).toMatchObject({ outcome: 'retry', error: 'not_listed' });
  });

  test('is a failed try when the listing fails', async () => {
    host.next.push(status(404));
    renew = () => new ListingDown();
    expect(await get()).toMatchObject({ outcome: 'retry', error: 'list_server' });
  });

  test('is held, uncounted, while the credentials are refused', async () => {
    renew = () => new Refused();
    for (let times = 0; times < 2 * TRIES; times += 1) {
      host.next.push(status(403));
      expect(await get()).toMatchObject({ outcome: 'retry', error: 'credentials', retryAt: clock.now() + 5 * MINUTE });
    }
    expect(tally.snapshot().files.failed).toBe(0);
    expect(await get()).toMatchObject(STORED);
  });

  test('that cannot be renewed for a bug is no result', async () => {
    host.next.push(status(403));
    renew = () => new TypeError('a bug');
    await expect(get()).rejects.toThrow('a bug');
  });
});

describe('the lifetime of links', () => {
  const young = (): FileJob => linked({ urlFetchedAt: clock.now() - 30_000 });

  test('is learnt when a fresh link works where an old one was refused', async () => {
    host.next.push(status(403));
    await get(young());
    expect(lifetime.expiryOf(0, null)).toBe(30_000);
    await get(young());
    expect(host.requests.map(({ path }) => path)).toEqual(['/object', '/fresh-1', '/fresh-2']);
  });

  test('is not learnt when the fresh link is refused too', async () => {
    host.next.push(status(403), status(403), status(403));
    await get(young());
    expect(lifetime.expiryOf(0, null)).toBeNull();
  });

  test('is judged by the age at which a link was asked for, not by how long the transfer took', async () => {
    lifetime.noteRefused(60_000);
    host.next.push((request, response, self) => {
      clock.advance(10 * MINUTE);
      honest(request, response, self);
    });
    expect(await get()).toMatchObject(STORED);
    expect(lifetime.expiryOf(0, null)).toBe(60_000);
  });
});

describe('everything pauses', () => {
  function storeWithout(code: 'disk_full' | 'offline'): Store {
    return {
      ...host.store,
      ensureRoom: (needed) => Promise.reject(new StoreError(code, 'no', { needed })),
    };
  }

  test.each(['disk_full', 'offline'] as const)('when the store says %s; the file is not to blame', async (code) => {
    downloader = made(storeWithout(code));
    const pause = await get().catch((error: unknown) => error);
    expect(pause).toBeInstanceOf(PauseAll);
    expect(pause).toMatchObject({ cause: { code } });
    expect(tally.snapshot()).toMatchObject({ files: { failed: 0 }, errors: {} });
  });
});

test('an abort in the middle rejects with its reason, and what came is kept', async () => {
  const controller = new AbortController();
  host.next.push((_request, response) => {
    response.writeHead(200, { ...host.headers(), 'content-length': LARGE.length });
    response.write(LARGE.subarray(0, 2_000_000));
  });
  const bytes = new Promise<void>((resolve) => {
    downloader = new FileDownloader(
      {
        media: host.client,
        store: host.store,
        refresher: { renew: () => Promise.resolve('not_offered') },
        clock,
        random: () => 1,
        tally,
        gaugeOf: () => gauge,
        lifetimeOf: () => lifetime,
        failureOf,
        onBytes: () => {
          resolve();
        },
      },
      { triesPerRun: TRIES, retryBaseMs: 1_000, retryCapMs: 30_000 },
    );
  });
  const download = get(linked(), controller.signal);
  await bytes;
  controller.abort(new Error('cancelled'));
  await expect(download).rejects.toThrow('cancelled');
  expect((await host.store.part(partName(linked())))?.offset).toBeGreaterThan(0);
  expect(tally.snapshot().errors).toEqual({});
  expect(await made(host.store).download(linked(), new AbortController().signal)).toMatchObject(STORED);
});
