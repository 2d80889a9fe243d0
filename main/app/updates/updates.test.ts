import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { UpdateStatus } from '../../contract/about-shapes.ts';
import type { UpdatesPort } from '../core/app-ports.ts';
import { readLicences } from '../system/licences.ts';
import { AppRig } from '../testing/app-rig.ts';

let rig: AppRig | null = null;
afterEach(async () => {
  await rig?.end();
  rig = null;
});

/** Updates as a shell would bring them. */
class MadeUpdates implements UpdatesPort {
  current: UpdateStatus;
  installs = 0;
  #listener: (status: UpdateStatus) => void = () => undefined;

  constructor(change: Partial<UpdateStatus>) {
    this.current = {
      way: 'app',
      state: 'idle',
      version: null,
      notes: null,
      progress: null,
      checkedAt: null,
      problem: null,
      ...change,
    };
  }

  status(): UpdateStatus {
    return this.current;
  }

  check(): Promise<void> {
    this.#set({ state: 'available', version: '2.0.0' });
    return Promise.resolve();
  }

  download(): Promise<void> {
    this.#set({ state: 'ready' });
    return Promise.resolve();
  }

  install(): void {
    this.installs += 1;
  }

  onChange(listener: (status: UpdateStatus) => void): () => void {
    this.#listener = listener;
    return () => undefined;
  }

  #set(change: Partial<UpdateStatus>): void {
    this.current = { ...this.current, ...change };
    this.#listener(this.current);
  }
}

const call = async (name: 'updates.check' | 'updates.install'): Promise<unknown> =>
  await rig?.app.call(name, {}, new AbortController().signal);

test('an update is found, downloaded and installed step by step, and every step is announced', async () => {
  const updates = new MadeUpdates({});
  rig = await AppRig.start({ library: true, ports: { updates } });
  const heard: string[] = [];
  rig.app.subscribe('updates.changed', ({ state }) => heard.push(state));
  expect(await call('updates.install')).toMatchObject({ error: { code: 'not_found' } });
  expect(await rig.ask('updates.check', {})).toMatchObject({ state: 'available', version: '2.0.0' });
  expect(await rig.ask('updates.download', {})).toMatchObject({ state: 'ready' });
  await rig.ask('updates.install', {});
  expect([heard, updates.installs]).toEqual([['available', 'ready'], 1]);
});

test('nothing is installed in the middle of a run', async () => {
  const updates = new MadeUpdates({ state: 'ready' });
  rig = await AppRig.start({ library: true, account: true, ports: { updates } });
  const { state } = await rig.ask('sync.start', { accountId: null, chatIds: [], full: false, retryFailed: false });
  expect(state).toBe('running');
  await rig.ask('sync.pause', {});
  expect(await call('updates.install')).toMatchObject({ error: { code: 'busy', message: 'A sync is running.' } });
  expect(updates.installs).toBe(0);
  await rig.ask('sync.resume', {});
  await rig.synced();
  await rig.ask('updates.install', {});
  expect(updates.installs).toBe(1);
});

test('a shell without updates has none, a package manager its own', async () => {
  rig = await AppRig.start();
  expect(await rig.ask('updates.status', {})).toMatchObject({ way: 'none', state: 'idle' });
  expect(await call('updates.check')).toMatchObject({ error: { code: 'unsupported' } });
  await rig.end();
  const updates = new MadeUpdates({ way: 'packageManager', state: 'ready' });
  rig = await AppRig.start({ ports: { updates } });
  expect(await call('updates.install')).toMatchObject({ error: { code: 'unsupported' } });
  expect(updates.installs).toBe(0);
});

test('licences are those of the list; without one there are none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'chatkeep-licences-'));
  try {
    const path = join(folder, 'licences.json');
    expect(await readLicences(path)).toEqual([]);
    const part = { name: 'got', version: '1.0.0', licence: 'MIT', text: null };
    await writeFile(path, JSON.stringify([{ ...part, where: 'app' }]));
    expect(await readLicences(path)).toEqual([part]);
    await writeFile(path, '{}');
    await expect(readLicences(path)).rejects.toThrow();
  } finally {
    await rm(folder, { recursive: true });
  }
});
