/**
 * What every bridge must do, whatever lies between the two sides: in-memory, HTTP, Electron. A test file of each calls `bridgeSuite` with
 * how to make one.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Bridge } from '../bridge.ts';
import { CALL_NAMES, type CallInput, type CallName, type CallOutput } from '../calls.ts';
import { type Result } from '../../contract/errors.ts';
import type { EventName, Events } from '../../contract/events.ts';
import { EVERYTHING } from '../../contract/shapes.ts';
import { AppRig } from './app-rig.ts';

/** A bridge to an app, and how to take it down. */
export interface MadeBridge {
  readonly bridge: Bridge;
  close(): Promise<void>;
}

/** Values that go through structured clone and JSON alike. */
const HOSTILE = [null, undefined, 0, '', 'x', [], [[]], { a: 1 }, { filter: {} }, { limit: 1e9 }];

export function bridgeSuite(what: string, make: (rig: AppRig) => Promise<MadeBridge>): void {
  describe(`the contract over ${what}`, () => {
    let rig: AppRig;
    let made: MadeBridge;
    let bridge: Bridge;
    let accountId: number;

    beforeAll(async () => {
      rig = await AppRig.start({ library: true });
      accountId = await rig.fill();
      made = await make(rig);
      bridge = made.bridge;
    });
    afterAll(async () => {
      await made.close();
      await rig.end();
    });

    async function value<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> {
      const result = await bridge.call(name, input);
      if (!result.ok) {
        throw new Error(`${name}: ${result.error.code} ${result.error.message}`);
      }
      return result.value;
    }

    /** A call as a broken or hostile page might make it. */
    const raw = (name: string, input: unknown): Promise<Result<unknown>> =>
      (bridge.call as (name: string, input: unknown) => Promise<Result<unknown>>)(name, input);

    function heard<Name extends EventName>(
      event: Name,
      that: (payload: Events[Name]) => boolean,
    ): Promise<Events[Name]> {
      return new Promise((resolve) => {
        const stop = bridge.subscribe(event, (payload) => {
          if (that(payload)) {
            stop();
            resolve(payload);
          }
        });
      });
    }

    test('answers come as values', async () => {
      const info = await value('app.info', {});
      expect(info).toMatchObject({ version: '0.0.0-test', state: 'ready' });
      const { accounts } = await value('accounts.list', {});
      expect(accounts).toMatchObject([{ id: accountId, status: 'ok', sample: true }]);
      const counts = await value('media.counts', { filter: EVERYTHING });
      const { rows } = await value('media.page', { filter: EVERYTHING, after: null, limit: 200 });
      expect(rows).toHaveLength(Math.min(200, counts.count));
      expect(rows.length).toBeGreaterThan(10);
    });

    test('a page of media, an item and its neighbours are the same wherever they are asked for', async () => {
      const { rows } = await value('media.page', { filter: EVERYTHING, after: null, limit: 9 });
      const third = rows[2];
      const around = await value('media.around', {
        filter: EVERYTHING,
        accountId,
        mediaId: third?.id ?? 0,
        newer: 2,
        older: 2,
      });
      expect(around.rows).toEqual(rows.slice(0, 5));
      expect([around.index, around.position]).toEqual([2, 2]);
      expect((await value('media.item', { accountId, mediaId: third?.id ?? 0 })).entry).toEqual(third);
    });

    test('the ledger adds up and agrees with the counts', async () => {
      const { total, chats } = await value('ledger.get', { accountId: null, chatId: null });
      const { listed, ...columns } = total;
      expect(Object.values(columns).reduce((sum, n) => sum + n, 0)).toBe(listed);
      expect(chats).toHaveLength(2);
      expect((await value('media.counts', { filter: EVERYTHING })).count).toBe(listed);
    });

    test('errors are values with a code of the contract', async () => {
      const result = await bridge.call('media.item', { accountId, mediaId: 2 ** 52 });
      expect(result).toMatchObject({ ok: false, error: { code: 'not_found' } });
      const account = await bridge.call('accounts.test', { accountId: 999 });
      expect(account).toMatchObject({ ok: false, error: { code: 'account_unknown' } });
      const picked = await bridge.call('system.pickFolder', { title: 't', start: null });
      expect(picked).toMatchObject({ ok: false, error: { code: 'unsupported' } });
    });

    test('a call that is not in the list is refused', async () => {
      for (const name of ['media.everything', 'toString', '__proto__', 'constructor', '', '../app.info']) {
        const result = await raw(name, {});
        expect(result, name).toMatchObject({ ok: false });
        expect(!result.ok && ['unknown_call', 'unsupported', 'disconnected'].includes(result.error.code), name).toBe(
          true,
        );
      }
    });

    test('an input that does not fit is refused, whatever it is', async () => {
      for (const name of CALL_NAMES.filter((each) => each !== 'settings.set')) {
        for (const input of HOSTILE) {
          const result = await raw(name, input);
          const error = result.ok ? null : result.error;
          expect(error?.code, `${name} with ${JSON.stringify(input) ?? 'nothing'}`).toBe('bad_input');
        }
      }
    });

    test('a request for a million rows is refused', async () => {
      const result = await raw('media.page', { filter: EVERYTHING, after: null, limit: 1_000_000 });
      expect(result).toMatchObject({ ok: false, error: { code: 'bad_input' } });
    });

    test('a large input goes through, a larger one is refused', async () => {
      const chatIds = Array.from({ length: 20_000 }, (_, at) => 400_000_000_000 + at);
      await value('chats.choose', { accountId, mode: 'all', chatIds });
      const refused = await raw('chats.choose', { accountId, mode: 'all', chatIds: [...chatIds, 1] });
      expect(refused).toMatchObject({ ok: false, error: { code: 'bad_input' } });
      await value('chats.choose', { accountId, mode: 'all', chatIds: [] });
    });

    test('an aborted call is a result, at once and later', async () => {
      const before = await bridge.call('app.info', {}, { signal: AbortSignal.abort() });
      expect(before).toMatchObject({ ok: false, error: { code: 'aborted' } });
      rig.sandbox.faults.set('slow', { ms: 2000 });
      const controller = new AbortController();
      const call = bridge.call('chats.remote', { accountId, after: null }, { signal: controller.signal });
      controller.abort();
      expect(await call).toMatchObject({ ok: false, error: { code: 'aborted' } });
      rig.sandbox.faults.clear('slow');
      expect((await value('chats.remote', { accountId, after: null })).rows).toHaveLength(2);
    });

    test('many calls at once each get their own answer', async () => {
      const { rows } = await value('media.page', { filter: EVERYTHING, after: null, limit: 20 });
      const items = await Promise.all(rows.map((row) => value('media.item', { accountId, mediaId: row.id })));
      expect(items.map(({ entry }) => entry)).toEqual(rows);
    });

    test('events reach those who subscribed, until they leave', async () => {
      const lives = heard('settings.changed', ({ tileSize }) => tileSize === 'compact');
      const gone: string[] = [];
      const leave = bridge.subscribe('settings.changed', () => gone.push('heard'));
      leave();
      leave();
      await value('settings.set', { tileSize: 'compact' });
      expect((await lives).tileSize).toBe('compact');
      expect(gone).toEqual([]);
      expect((await value('settings.get', {})).tileSize).toBe('compact');
    });

    test('a sync tells how it goes on and what it changed', async () => {
      const running = heard('sync.progress', ({ state }) => state === 'running');
      const ended = heard('sync.progress', ({ state }) => state === 'idle');
      const changed = heard('library.changed', ({ months }) => months === null);
      const started = await value('sync.start', { accountId, chatIds: [], full: true, retryFailed: false });
      expect(started.state).toBe('running');
      expect(await raw('sync.start', { accountId, chatIds: [], full: false, retryFailed: false })).toMatchObject({
        ok: false,
        error: { code: 'busy' },
      });
      await running;
      expect((await ended).problem).toBeNull();
      await changed;
      const { rows } = await value('runs.list', { before: null, limit: 5 });
      expect(rows[0]).toMatchObject({ outcome: 'complete', kind: 'sync', nextStep: 'none' });
    });

    test('text of messages arrives unchanged', async () => {
      const { rows } = await value('chats.list', { accountId: null, after: null, limit: 500 });
      for (const chat of rows) {
        const page = await value('messages.page', { accountId, chatId: chat.id, anchor: { at: 'newest' }, limit: 100 });
        expect(page.rows.length).toBeGreaterThan(0);
        for (const message of page.rows) {
          const direct = await rig.ask('messages.page', {
            accountId,
            chatId: chat.id,
            anchor: { at: 'around', messageId: message.id },
            limit: 1,
          });
          expect(direct.rows.map(({ text }) => text)).toEqual([message.text]);
        }
      }
    });
  });
}
