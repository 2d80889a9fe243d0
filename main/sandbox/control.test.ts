import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from './sandbox.ts';
import { ask, page, take } from './testing/seen.ts';

const CHAT = 410_000_000;
let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startSandbox({ messages: 60 });
});
afterEach(async () => sandbox.close());

async function post(path: string, body: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${sandbox.api}/__sandbox/${path}`, {
    method: 'POST',
    headers: { apiKey: sandbox.key },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

async function read(path: string): Promise<unknown> {
  return JSON.parse((await ask(sandbox, `/__sandbox/${path}`)).text);
}

describe('steering over HTTP', () => {
  it('needs the key, and is no request of the service', async () => {
    expect((await ask(sandbox, '/__sandbox/truth', { apiKey: 'wrong' })).status).toBe(401);
    expect(sandbox.requests.api).toBe(0);
  });

  it('switches faults', async () => {
    await post('faults', { set: 'forbidden', options: { times: 1 } });
    expect((await ask(sandbox, '/v2/access/self')).status).toBe(403);
    expect(await read('faults')).toMatchObject({
      active: [{ name: 'forbidden', struck: 1 }],
      known: { stall: { target: 'both' } },
    });
    await post('faults', { clear: null });
    expect(sandbox.faults.active()).toEqual([]);
  });

  it('tells truth, violations and requests', async () => {
    await ask(sandbox, '/v2/access/chats?limit=99');
    expect(await read('violations')).toMatchObject([{ kind: 'over-limit' }]);
    expect(await read('requests')).toMatchObject({ byEndpoint: { chats: 1 } });
    const chats = (await ask(sandbox, '/__sandbox/truth')).text.trim().split('\n');
    expect(chats).toHaveLength(3);
    const media = (await ask(sandbox, '/__sandbox/truth/media')).text.trim().split('\n');
    expect(media.map((line) => JSON.parse(line) as unknown)).toEqual([...sandbox.truth().media()]);
    const item = [...sandbox.truth().media()].find(({ variants }) => variants.includes('full'));
    expect(await read(`truth/file/${item?.id ?? 0}/full`)).toEqual(await sandbox.truth().file(item?.id ?? 0, 'full'));
  });

  it('refuses commands it does not know', async () => {
    expect((await post('faults', { set: 'nonsense' })).status).toBe(400);
    expect((await post('change', { verb: 'withdraw', messageId: 5 })).body).toEqual({ error: 'no message 5' });
    expect((await post('nowhere', {})).status).toBe(404);
  });
});

describe('changes', () => {
  const media = (state: string): number => [...sandbox.truth().media()].find((item) => item.state === state)?.id ?? 0;

  it('unlock and become ready, and the host then gives the file', async () => {
    const [locked, notReady] = [media('locked'), media('notReady')];
    await post('change', { verb: 'unlock', mediaId: locked });
    await post('change', { verb: 'makeReady', mediaId: notReady });
    for (const id of [locked, notReady]) {
      expect(sandbox.truth().mediaById(id)).toMatchObject({ state: 'viewable' });
      expect((await sandbox.truth().file(id, 'full'))?.bytes).toBeGreaterThan(1000);
    }
    expect((await post('change', { verb: 'unlock', mediaId: media('viewable') })).status).toBe(400);
  });

  it('add, edit, withdraw, send again, rename', async () => {
    const [id = 0] = sandbox.addMessages(CHAT, 1);
    expect((await page(sandbox, `/v2/access/chats/${CHAT}/media?limit=1`)).list[0]).toMatchObject({ id, isNew: true });
    sandbox.edit(id, '<p>Otherwise</p>');
    expect((await page(sandbox, `/v2/access/chats/${CHAT}/media?limit=1`)).list[0]).toMatchObject({
      id,
      text: '<p>Otherwise</p>',
    });
    sandbox.withdraw(id);
    expect((await page(sandbox, `/v2/access/chats/${CHAT}/media?limit=1`)).list[0]?.id).not.toBe(id);
    const item = media('viewable');
    const again = sandbox.resend(item, CHAT + 1);
    expect((await page(sandbox, `/v2/access/chats/${CHAT + 1}/media?limit=1`)).list[0]).toMatchObject({
      id: again,
      media: [{ id: item }],
    });
    sandbox.renameUser(CHAT, 'A New Name');
    expect(JSON.parse((await ask(sandbox, `/v2/access/users/${CHAT}`)).text)).toMatchObject({ name: 'A New Name' });
  });

  it('serve avatars from the media host', async () => {
    const { text } = await ask(sandbox, '/v2/access/users/list?userIds=410000000,410000001,410000002');
    const url = /http[^"]+_avatar[^"]+/.exec(text)?.[0] ?? '';
    expect((await take(url)).headers['content-type']).toBe('image/jpeg');
  });
});
