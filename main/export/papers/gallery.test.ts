import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UTC } from '../../contract/time-zone.ts';
import type { ExportMessageRow } from '../../index/exports/calls.ts';
import { Gallery } from './gallery.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'chatkeep-gallery-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const said = (accountId: number, accountName: string): ExportMessageRow => ({
  accountId,
  accountName,
  chatId: 7,
  chatName: 'Anna',
  messageId: 1,
  senderId: 7,
  senderName: 'Anna',
  fromMe: false,
  sentAt: 0,
  changedAt: null,
  goneAt: null,
  text: '',
  replyId: null,
  replyText: null,
  price: null,
  flags: { isFree: null, isTip: null, isOpened: null, isPinned: null, isLiked: null },
  edits: [],
  trades: [],
  media: [],
});

async function indexOf(...messages: readonly ExportMessageRow[]): Promise<string> {
  const gallery = new Gallery(dir, dir, UTC);
  for (const message of messages) {
    await gallery.addMessage(message);
  }
  for (const paper of await gallery.end(0, '1')) {
    await paper.place();
  }
  return await readFile(join(dir, 'index.html'), 'utf8');
}

test('chats of two accounts with the same person are told apart', async () => {
  const index = await indexOf(said(1, 'One'), said(2, 'Two'));
  expect(index).toContain('<bdi>Anna · One</bdi>');
  expect(index).toContain('<bdi>Anna · Two</bdi>');
  expect(await indexOf(said(1, 'One'))).toContain('<bdi>Anna</bdi>');
});
