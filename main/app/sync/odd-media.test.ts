import { afterEach, expect, test } from 'vitest';
import { ODD_KINDS } from '../../contract/model.ts';
import { LibraryRig } from '../testing/library-rig.ts';
import { verify } from '../checks/verify.ts';
import { EVERYTHING } from '../../contract/shapes.ts';

const library = await LibraryRig.start({ sandbox: { chats: 3, messages: 60, seed: 1 } });
afterEach(() => library.end());

const ignore = (): void => undefined;
const SILENT = { onChecked: ignore, onRepair: ignore, onAccount: ignore, onProgress: ignore, onEnd: ignore };

test('files that the service has without their last two bytes are kept, marked, drawn, and never asked for again', async () => {
  library.sandbox.faults.set('odd-media');
  expect((await library.sync()).outcome).toBe('complete');
  expect(await library.compare()).toEqual({
    lostMessages: [],
    lostMedia: [],
    wrongBytes: [],
    wrongStates: [],
    invented: [],
  });
  const { byFile } = library.sandbox.requests;
  expect(Math.max(...Object.values(byFile).map(({ get }) => get))).toBe(2);

  library.sandbox.resetRequests();
  const core = await library.core();
  const answer = await library.sync({ full: true });
  expect([answer.outcome, library.sandbox.requests.media]).toEqual(['complete', 0]);

  const { rows: lines } = await core.index.read.media({
    ...EVERYTHING,
    states: ['stored'],
    limit: 500,
    after: null,
  });
  const odd = lines.filter((line) => line.odd !== null);
  expect(lines.length).toBe(answer.ledger.stored);
  // An MP3 does not know where it ends.
  expect(lines.filter((line) => line.odd === null).map(({ mime }) => mime)).toEqual(
    lines.filter(({ mime }) => mime === 'audio/mpeg').map(({ mime }) => mime),
  );
  expect(odd.every((line) => ODD_KINDS.some((kind) => kind === line.odd))).toBe(true);

  const checked = await verify(core, { deep: true, repair: false }, new AbortController().signal, SILENT);
  expect(checked.answer).toMatchObject({ missing: 0, corrupt: 0 });

  const picture = odd.find(({ mime }) => mime === 'image/jpeg');
  const [accounts] = await core.index.read.accounts({});
  const item = await core.index.read.mediaItem({ accountId: accounts?.id ?? 0, mediaId: picture?.id ?? 0 });
  expect(item?.files.find(({ variant }) => variant === 'full')).toMatchObject({ state: 'stored', odd: 'no_end' });
  const blob = { sha256: picture?.sha256 ?? '', ext: 'jpg', mime: 'image/jpeg' };
  expect(await core.store.thumbnail(blob, 320)).not.toBeNull();
});
