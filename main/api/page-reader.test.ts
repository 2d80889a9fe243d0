import { afterEach, beforeEach, expect, test } from 'vitest';
import { messageOfPage, packPage, unpackLines, unpackPage } from '../lib/packed-page.ts';
import { PageReader } from './page-reader.ts';
import { readPageBody } from './page-body.ts';

let reader: PageReader;
beforeEach(() => {
  reader = new PageReader();
});
afterEach(async () => {
  await reader.close();
});

const ASKED = { endpoint: 'chats/:id/media', requestId: 'r1' };
const bytes = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(new TextEncoder().encode(text));
const page = (id: number, more: object = {}): string =>
  JSON.stringify({ list: [{ id, text: '<p>é 日本 \ud800</p>', media: [{ id: id * 2 }] }], hasMore: false, ...more });

/** Past the pages that are read where they arrive: the thread reads what follows. */
async function warmUp(): Promise<void> {
  for (let id = 1; id <= 10; id += 1) {
    await reader.read(bytes(page(id)), ASKED);
  }
}

test('the first pages and those of the thread are the same, and their contents those of a page read here', async () => {
  const here = await reader.read(bytes(page(77)), ASKED);
  await warmUp();
  const there = await reader.read(bytes(page(77)), ASKED);
  const plain = readPageBody(bytes(page(77)), ASKED);
  for (const packed of [here, there]) {
    expect({ ...packed, packed: null }).toEqual({
      bad: [],
      hasMore: false,
      nextCursor: null,
      messages: plain.messages.map(({ id, createdAt }) => ({ id, createdAt })),
      packed: null,
    });
    const { messages, lines } = unpackPage(packed);
    expect(messages).toEqual(plain.messages.map(messageOfPage));
    expect(unpackLines(lines)).toEqual(plain.messages.map(({ raw }) => raw));
  }
});

test('many pages at once are each answered with their own', async () => {
  await warmUp();
  const ids = Array.from({ length: 30 }, (_, at) => 1000 + at);
  const pages = await Promise.all(ids.map(async (id) => await reader.read(bytes(page(id)), ASKED)));
  expect(pages.map(({ messages }) => messages[0]?.id)).toEqual(ids);
});

test.each([
  ['<html>', 'not valid JSON'],
  ['{"list":1}', 'no list in the answer'],
])('an answer that is no page (%s) is an error to retry, here and in the thread', async (text, detail) => {
  const error = { code: 'bad_response', detail, status: 200 };
  await expect(async () => await reader.read(bytes(text), ASKED)).rejects.toMatchObject(error);
  await warmUp();
  await expect(reader.read(bytes(text), ASKED)).rejects.toMatchObject(error);
});

test('the bytes of a page are given to the thread, not copied', async () => {
  await warmUp();
  const body = bytes(page(5));
  await reader.read(body, ASKED);
  expect(body.byteLength).toBe(0);
});

test('a thread that ends fails the pages it had, and the next page has a new one', async () => {
  await warmUp();
  const lost = Promise.resolve(reader.read(bytes(page(1)), ASKED));
  const told = expect(lost).rejects.toMatchObject({ code: 'bad_response', requestId: 'r1' });
  await reader.close();
  await told;
  await expect(reader.read(bytes(page(2)), ASKED)).resolves.toMatchObject({ messages: [{ id: 2 }] });
});

test('a packed page is far smaller than its messages', () => {
  const list = Array.from({ length: 100 }, (_, at) => ({
    id: at + 1,
    text: 'é',
    media: [],
    aField: 'that says little',
  }));
  const whole = readPageBody(bytes(JSON.stringify({ list, hasMore: false })), ASKED);
  expect(unpackPage(packPage(whole)).lines.body.length).toBeLessThan(JSON.stringify(list).length / 8);
});
