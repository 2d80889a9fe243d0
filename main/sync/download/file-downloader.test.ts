import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MediaError } from '../../api/media-error.ts';
import type { FileJob, FileResult } from '../../index/files/calls.ts';
import { StoreError, type Store } from '../../files/interface.ts';
import { mp4, sha256 } from '../../files/testing/test-library.ts';
import { FileDownloader, partName, type DownloaderPorts, type TransferFailure } from './file-downloader.ts';
import { PauseAll } from '../kernel/room-gate.ts';
import { FileTries } from './file-tries.ts';
import { HostGauge } from './host-gauge.ts';
import { HostLinks } from './host-links.ts';
import { RunTally } from '../kernel/run-tally.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { job } from '../testing/made.ts';
import { cutAfter, errorPage, honest, MediaHost, status } from '../testing/media-host.ts';

const LARGE = mp4(3_000_000, 2);
const TRIES = 3;
const MINUTE = 60_000;

let host: MediaHost;
let clock: FakeClock;
let tally: RunTally;
let gauge: HostGauge;
let links: HostLinks;
let downloader: FileDownloader;

beforeEach(async () => {
  host = await MediaHost.start(LARGE);
  clock = new FakeClock();
  tally = new RunTally();
  gauge = new HostGauge({ start: 4, min: 1, max: 8 });
  links = new HostLinks();
  downloader = made(host.store);
});
afterEach(async () => {
  await host.end();
});

function made(store: Store, rest: Partial<DownloaderPorts> = {}): FileDownloader {
  const tries = new FileTries(
    { clock, random: () => 1, tally },
    { triesPerRun: TRIES, retryBaseMs: 1_000, retryCapMs: 30_000 },
  );
  return new FileDownloader({
    media: host.client,
    store,
    clock,
    tally,
    tries,
    gaugeOf: () => gauge,
    linksOf: () => links,
    failureOf,
    ...rest,
  });
}

function failureOf(error: unknown): TransferFailure | null {
  return error instanceof MediaError && error.code !== 'aborted'
    ? { code: error.code, held: error.code === 'certificate' }
    : null;
}

function linked(rest: Partial<FileJob> = {}): FileJob {
  return job(1, { url: host.url(), urlFetchedAt: clock.now(), ...rest });
}

/** The same file with the link that listing its page again gives. */
function renewed(path = '/fresh'): FileJob {
  return linked({ url: host.url(path), urlFetchedAt: clock.now() + 1 });
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

  test('whose host shows a certificate that is not trusted is held, uncounted', async () => {
    const media = { fetch: () => Promise.reject(new MediaError('certificate', 'media.ofauth.com', 'CERT_UNTRUSTED')) };
    downloader = made(host.store, { media });
    for (let tries = 0; tries <= TRIES; tries += 1) {
      expect(await get()).toMatchObject({
        outcome: 'retry',
        error: 'certificate',
        retryAt: clock.now() + 5 * MINUTE,
      });
    }
    expect(tally.failed).toBe(0);
  });

  test('that comes as an error page is a failed try and costs no part of an earlier one', async () => {
    host.next.push(cutAfter(2_000_000), errorPage);
    await get();
    const before = await host.store.part(partName(linked()));
    expect(await get()).toMatchObject({ outcome: 'retry', error: 'not_media' });
    expect(await host.store.part(partName(linked()))).toEqual(before);
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

describe('a refused link', () => {
  const OLD = 10 * MINUTE;
  const old = (rest: Partial<FileJob> = {}): FileJob => linked({ urlFetchedAt: clock.now() - OLD, ...rest });

  test('that is young is tried again as it is, with back-off, and the host is spared', async () => {
    host.next.push(status(403), status(403));
    const young = linked();
    expect(await get(young)).toMatchObject({ outcome: 'retry', error: 'http_403', retryAt: clock.now() + 1_000 });
    expect(gauge.limit(clock.now())).toBe(3);
    expect(downloader.isDead(young, clock.now())).toBe(false);
    expect(await get(young)).toMatchObject({ outcome: 'retry', retryAt: clock.now() + 2_000 });
    expect(downloader.isDead(young, clock.now())).toBe(false);
    expect(await get(young)).toMatchObject(STORED);
    expect(host.requests.map(({ path }) => path)).toEqual(['/object', '/object', '/object']);
  });

  test.each([
    ['403', status(403)],
    ['401', status(401)],
    ['404', status(404)],
    ['400 with an expiry code', status(400)],
    ['a redirect without a target', status(302)],
    ['a redirect that is not followed', status(302, { location: 'http://elsewhere.invalid/sign-in' })],
    ['a page in place of the file', errorPage],
  ])('that is old is dead at once: %s', async (_what, answer) => {
    host.next.push(answer);
    expect(await get(old())).toMatchObject({ outcome: 'retry', retryAt: clock.now() });
    expect(downloader.isDead(old(), clock.now())).toBe(true);
    expect(downloader.isDead(renewed(), clock.now())).toBe(false);
    expect(await get(renewed())).toMatchObject(STORED);
    expect(host.requests.map(({ path }) => path)).toEqual(['/object', '/fresh']);
  });

  test('that says it goes on, or is no older than one that worked, is tried again as it is', async () => {
    host.next.push(status(403), status(403));
    await get(old({ urlExpiresAt: clock.now() + MINUTE }));
    expect(downloader.isDead(old(), clock.now())).toBe(false);
    links.noteUsed(OLD);
    await get(linked({ fileId: 2, urlFetchedAt: clock.now() - OLD }));
    expect(downloader.isDead(linked({ fileId: 2, urlFetchedAt: clock.now() - OLD }), clock.now())).toBe(false);
  });

  test('that is renewed goes on at the same offset', async () => {
    host.next.push(cutAfter(2_000_000), status(403));
    await get(old());
    const offset = (await host.store.part(partName(linked())))?.offset ?? 0;
    await get(old());
    expect(await get(renewed())).toMatchObject(STORED);
    expect(host.requests.at(-1)).toEqual({ path: '/fresh', range: `bytes=${offset}-`, ifRange: '"v1"' });
    expect(tally.snapshot().files).toMatchObject({ resumed: 1 });
  });

  test('that says it has ended is dead without being tried, unless it is young: the clock here may be wrong', () => {
    expect(downloader.isDead(old({ urlExpiresAt: clock.now() - 1 }), clock.now())).toBe(true);
    expect(
      downloader.isDead(linked({ urlFetchedAt: clock.now() - 10, urlExpiresAt: clock.now() - 1 }), clock.now()),
    ).toBe(false);
  });

  test.each([404, 410])('that is %i after renewal too means that the file is gone', async (code) => {
    host.next.push(status(code), status(code), status(code), status(code));
    await get(old());
    await get(renewed());
    await get(renewed());
    expect(await get(renewed())).toEqual({ fileId: 1, outcome: 'gone', error: `http_${code}` });
  });

  test('that is refused after renewal too leaves the file to a later run, never gone', async () => {
    host.next.push(status(403), status(403), status(403), status(403));
    await get(old());
    expect(await get(renewed())).toMatchObject({ outcome: 'retry' });
    expect(await get(renewed())).toMatchObject({ outcome: 'retry' });
    expect(await get(renewed())).toMatchObject({ outcome: 'failed', error: 'http_403' });
    expect(tally.snapshot().files.failed).toBe(1);
  });

  test('that is renewed, and grew old while the host was busy, is still tried again as it is', async () => {
    host.next.push(status(403), status(403));
    await get(old());
    const fresh = renewed();
    clock.advance(2 * MINUTE);
    expect(await get(fresh)).toMatchObject({ outcome: 'retry', error: 'http_403' });
    expect(downloader.isDead(fresh, clock.now())).toBe(false);
    expect(await get(fresh)).toMatchObject(STORED);
    expect(tally.snapshot().files.failed).toBe(0);
  });

  test('that is refused once is no rule: however many files meet it, with old links and then with new ones, all come', async () => {
    const files = Array.from({ length: 12 }, (_, index) => ({ fileId: index + 1, mediaId: index + 1 }));
    for (const file of files) {
      host.next.push(status(403));
      await get(old(file));
      expect(downloader.isDead(old(file), clock.now())).toBe(true);
    }
    const fresh = files.map((file) => ({ ...renewed(), ...file }));
    for (const file of fresh) {
      host.next.push(status(403));
      expect(await get(file)).toMatchObject({ outcome: 'retry', error: 'http_403' });
    }
    for (const file of fresh) {
      expect(await get(file)).toMatchObject(STORED);
    }
    expect(tally.snapshot().files.failed).toBe(0);
  });

  test('is not asked for at a host that refuses new links as a rule', async () => {
    for (let files = 0; files < 10; files += 1) {
      links.noteGivenUp(3, true);
    }
    expect(await get()).toMatchObject({ outcome: 'retry', error: 'links_refused', retryAt: clock.now() + 5 * MINUTE });
    expect(host.requests).toEqual([]);
  });

  test('is not what a proxy that wants a password is about', async () => {
    host.next.push(status(407));
    expect(await get(old())).toMatchObject({ outcome: 'retry', error: 'http_407', retryAt: clock.now() + 1_000 });
    expect(downloader.isDead(old(), clock.now())).toBe(false);
  });
});

describe('the lifetime of links', () => {
  const AGE = 90_000;
  const aged = (): FileJob => linked({ urlFetchedAt: clock.now() - AGE });

  test('is learnt when a fresh link works where an old one was refused', async () => {
    host.next.push(status(403));
    await get(aged());
    expect(links.expiryOf({ urlFetchedAt: 0, urlExpiresAt: null })).toBeNull();
    await get(renewed());
    expect(links.expiryOf({ urlFetchedAt: 0, urlExpiresAt: null })).toBe(AGE);
    expect(downloader.isDead(linked({ fileId: 2, urlFetchedAt: clock.now() - AGE }), clock.now())).toBe(true);
  });

  test('is judged by the age at which a link was asked for, not by how long the transfer took', async () => {
    links.noteRefused(AGE);
    host.next.push((request, response, self) => {
      clock.advance(10 * MINUTE);
      honest(request, response, self);
    });
    expect(await get()).toMatchObject(STORED);
    expect(links.expiryOf({ urlFetchedAt: 0, urlExpiresAt: null })).toBe(AGE);
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
    downloader = made(host.store, {
      onBytes: () => {
        resolve();
      },
    });
  });
  const download = get(linked(), controller.signal);
  await bytes;
  controller.abort(new Error('cancelled'));
  await expect(download).rejects.toThrow('cancelled');
  expect((await host.store.part(partName(linked())))?.offset).toBeGreaterThan(0);
  expect(tally.snapshot().errors).toEqual({});
  expect(await made(host.store).download(linked(), new AbortController().signal)).toMatchObject(STORED);
});
