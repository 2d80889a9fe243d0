import { expect, test } from 'vitest';
import type { MediaEntry } from '../../../main/contract/shapes.ts';
import { downloadOf, extensionOf } from './drag-out.ts';

const entry: MediaEntry = {
  accountId: 1,
  id: 123,
  chatId: 7,
  messageId: 8,
  sentAt: Date.UTC(2025, 5, 3, 14, 22, 5),
  order: 1,
  favourite: false,
  kind: 'photo',
  state: 'stored',
  serviceState: 'viewable',
  width: null,
  height: null,
  durationMs: null,
  bytes: 10,
  mime: 'image/jpeg',
  thumb: true,
};

test('a dragged tile carries its type, its name and its address', () => {
  expect(downloadOf(entry, 'http://127.0.0.1:4100')).toBe(
    'image/jpeg:2025-06-03 142205 123.jpg:http://127.0.0.1:4100/media/1/123/full?download',
  );
});

test('endings follow the type', () => {
  expect(
    ['image/png', 'video/mp4; codecs=avc1', 'audio/mpeg', 'application/octet-stream', null].map(extensionOf),
  ).toEqual(['png', 'mp4', 'mp3', 'bin', 'bin']);
});
