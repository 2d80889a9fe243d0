import { expect, test } from 'vitest';
import type { FolderFacts } from '../../../../main/contract/shapes.ts';
import { Overtaking, stubBridge, type StubAnswers } from '../../bridge/testing/stub-bridge.ts';
import { parseRoute } from '../../lib/route.ts';
import { AppModel } from '../../state/app-model.svelte.ts';
import { madeWindow } from '../../state/testing/made-window.ts';
import { SetupModel } from './setup-model.svelte.ts';

const folder = (path: string): FolderFacts => ({
  path,
  kind: 'empty',
  writable: true,
  freeBytes: null,
  totalBytes: null,
  problem: null,
});

function opened(answers: StubAnswers): { readonly model: SetupModel; readonly app: AppModel } {
  const app = new AppModel({ bridge: stubBridge(answers), window: madeWindow('#/setup/key') });
  return { model: new SetupModel(app), app };
}

test('of two folders the one that was picked last is used', async () => {
  const answers = new Overtaking((_, { path }: { readonly path: string | null }) => folder(path ?? ''));
  const { model } = opened({ 'library.inspect': answers.answer });
  await answers.until(Promise.all([model.inspect('/slow'), model.inspect('/picked')]));
  expect([model.folder?.path, model.busy]).toEqual(['/picked', false]);
});

test('a key that is still tested leads nobody back who has left', async () => {
  const answers = new Overtaking(() => ({ keyName: null, connections: [] }));
  const { model, app } = opened({ 'connections.list': answers.answer });
  const tested = model.test();
  app.router.go(parseRoute('#/library'));
  model.close();
  await answers.until(tested);
  expect(app.router.route.place).toBe('library');
});
