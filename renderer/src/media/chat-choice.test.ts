import { expect, test } from 'vitest';
import { err, ok } from '../../../main/contract/errors.ts';
import type { RemoteChatEntry } from '../../../main/contract/shapes.ts';
import { ChatChoice, type ChatChoicePorts } from './chat-choice.svelte.ts';

const chat = (id: number, chosen: boolean): RemoteChatEntry => ({
  id,
  name: `Chat ${String(id)}`,
  username: null,
  newestAt: null,
  mediaEstimate: null,
  chosen,
});

/** A service of two pages; the second fails while it is `broken`. */
class Service implements ChatChoicePorts {
  broken = false;
  readonly saved: unknown[] = [];

  list({ after }: { readonly after: string | null }): ReturnType<ChatChoicePorts['list']> {
    if (after === null) {
      return Promise.resolve(ok({ rows: [chat(1, true), chat(2, false)], next: 'two' }));
    }
    return Promise.resolve(
      this.broken
        ? err('service_unreachable', 'The service did not answer.', '')
        : ok({ rows: [chat(3, true)], next: null }),
    );
  }

  choose(input: unknown): ReturnType<ChatChoicePorts['choose']> {
    this.saved.push(input);
    return Promise.resolve(this.broken ? err('busy', 'Busy.', '') : ok(null));
  }
}

test('begins with what was chosen before, and saves who stays out', async () => {
  const service = new Service();
  const choice = new ChatChoice(service);
  await choice.list(7);
  expect(choice.isWhole).toBe(true);
  expect(choice.chosen.map(({ id }) => id)).toEqual([1, 3]);
  choice.setChosen([1], false);
  choice.setChosen([2], true);
  expect(await choice.save(7)).toBe(true);
  expect(service.saved).toEqual([{ accountId: 7, mode: 'all', chatIds: [1] }]);
});

test('a list that broke off is not whole: saving it would let in chats that were left out', async () => {
  const service = new Service();
  service.broken = true;
  const choice = new ChatChoice(service);
  await choice.list(7);
  expect(choice.isWhole).toBe(false);
  expect(choice.error?.message).toBe('The service did not answer.');
  service.broken = false;
  await choice.list(7);
  expect([choice.isWhole, choice.error]).toEqual([true, null]);
});

test('what could not be saved says why, and can be saved again', async () => {
  const service = new Service();
  const choice = new ChatChoice(service);
  await choice.list(7);
  service.broken = true;
  expect(await choice.save(7)).toBe(false);
  expect(choice.error?.message).toBe('Busy.');
  service.broken = false;
  expect(choice.isWhole).toBe(true);
  expect(await choice.save(7)).toBe(true);
});

test('a list that nobody looks at any more asks the service for no further page', async () => {
  const service = new Service();
  let asked = 0;
  const choice = new ChatChoice({
    list: (input) => {
      asked += 1;
      return service.list(input);
    },
    choose: (input) => service.choose(input),
  });
  const listed = choice.list(7);
  choice.close();
  await listed;
  expect([asked, choice.chats, choice.busy]).toEqual([1, null, false]);
});
