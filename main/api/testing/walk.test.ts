import { describe, expect, it } from 'vitest';
import type { ListedPage } from '../../lib/model.ts';
import { ApiError } from '../errors.ts';
import { readPage } from '../read-page.ts';
import { walkPages } from './walk.ts';

const toPage = (ids: readonly number[], hasMore: boolean, nextLastId?: string): ListedPage =>
  readPage({ list: ids.map((id) => ({ id, text: '', media: [] })), hasMore, nextLastId }, 'test');

describe('walkPages', () => {
  it('yields pages with the cursors they were asked with, and how it ended', async () => {
    const asked: (string | null)[] = [];
    const got = [];
    const pages = [toPage([9, 8], true, '8'), toPage([7], true), toPage([6], false)];
    for await (const step of walkPages((cursor) => {
      asked.push(cursor);
      return Promise.resolve(pages[asked.length - 1] ?? toPage([], false));
    })) {
      got.push([step.cursor, step.nextCursor, step.end, step.fallback]);
    }
    expect(got).toEqual([
      [null, '8', 'more', false],
      ['8', '7', 'more', true],
      ['7', null, 'start', false],
    ]);
    expect(asked).toEqual([null, '8', '7']);
  });

  it('asks for no further page once cancelled', async () => {
    const stop = new AbortController();
    let asked = 0;
    const run = async (): Promise<void> => {
      for await (const step of walkPages(
        () => {
          asked += 1;
          return Promise.resolve(toPage([100 - asked], true, String(100 - asked)));
        },
        { signal: stop.signal, startCursor: '100' },
      )) {
        expect(step.end).toBe('more');
        stop.abort();
      }
    };
    await expect(run()).rejects.toMatchObject({ code: 'aborted' });
    await expect(run()).rejects.toBeInstanceOf(ApiError);
    expect(asked).toBe(1);
  });

  it('ends at the page cap', async () => {
    const steps = [];
    let id = 1000;
    for await (const step of walkPages(
      () => {
        id -= 1;
        return Promise.resolve(toPage([id], true, String(id)));
      },
      { pageCap: 3 },
    )) {
      steps.push(step.reason ?? step.end);
    }
    expect(steps).toEqual(['more', 'more', 'page_cap']);
  });
});
