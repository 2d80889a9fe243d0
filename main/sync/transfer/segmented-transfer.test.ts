import { afterEach, beforeEach, expect, test } from 'vitest';
import { filesBelow, mp4, sha256 } from '../../files/testing/test-library.ts';
import { DiskRoom } from './disk-room.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { MediaHost, status } from '../testing/media-host.ts';
import { transfer, type TransferResult } from './transfer.ts';

const NAME = '1-2-full';
const MIB = 1024 * 1024;
const BODY = mp4(40 * MIB, 3);
const POLICY = { minBytes: 20 * MIB, judgeAfterBytes: MIB, slowBytesPerSecond: 25 * MIB, segments: 4 };

let host: MediaHost;
beforeEach(async () => {
  host = await MediaHost.start(BODY);
  host.acceptRanges = true;
});
afterEach(async () => {
  await host.end();
});

/** On a clock that says every mebibyte took a second, or none at all. */
function get(line: 'slow' | 'fast', signal = new AbortController().signal): Promise<TransferResult> {
  const clock = new FakeClock();
  const onBytes = (): void => {
    clock.advance(line === 'slow' ? 1_000 : 0);
  };
  const room = new DiskRoom(host.store, clock);
  return transfer(
    { media: host.client, store: host.store, room, clock, onBytes, segments: POLICY },
    NAME,
    host.url(),
    signal,
  );
}

async function expectWhole(result: TransferResult): Promise<void> {
  expect(result).toMatchObject({ kind: 'stored', blob: { sha256: sha256(host.body), bytes: host.body.length } });
  const left = await filesBelow(host.store.root);
  expect(left.filter((path) => path.includes('.part') || path.includes(NAME))).toEqual([]);
}

test('a slow line is exchanged for several ranges; what had come is not fetched again', async () => {
  await expectWhole(await get('slow'));
  const ranges = host.requests.map(({ range }) => range).filter((range) => range !== null);
  expect(ranges.length).toBeGreaterThan(1);
  const starts = ranges.map((range) => Number(/^bytes=(\d+)-/.exec(range)?.[1]));
  expect(Math.min(...starts)).toBeGreaterThan(0);
  expect(new Set(host.requests.slice(1).map(({ ifRange }) => ifRange))).toEqual(new Set(['"v1"']));
});

test('a fast line is left alone', async () => {
  await expectWhole(await get('fast'));
  expect(host.requests.length).toBe(1);
});

test('a host that names no object, or gives no ranges, keeps its one connection', async () => {
  host.etag = null;
  await expectWhole(await get('slow'));
  host.etag = '"v1"';
  host.acceptRanges = false;
  host.body = mp4(40 * MIB, 4);
  await expectWhole(await get('slow'));
  expect(host.requests.length).toBe(2);
});

test('an object that changes in the middle is fetched anew, whole', async () => {
  host.onRequest = (count) => {
    if (count === 2) {
      host.body = mp4(40 * MIB, 5);
      host.etag = '"v2"';
    }
  };
  await expectWhole(await get('slow'));
});

test('a link that ends in the middle is a dead link, and the part is kept', async () => {
  host.onRequest = (count) => {
    if (count >= 2) {
      host.next.push(status(403));
    }
  };
  expect(await get('slow')).toEqual({ kind: 'dead', status: 403 });
  expect((await host.store.part(NAME))?.offset).toBeGreaterThan(0);
});
