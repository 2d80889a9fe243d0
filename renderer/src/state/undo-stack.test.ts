import { expect, test } from 'vitest';
import { Toasts } from '../ui/toast-list.svelte.ts';
import { UndoStack, type Step } from './undo-stack.svelte.ts';

function made() {
  const toasts = new Toasts();
  const stack = new UndoStack(toasts);
  const log: string[] = [];
  const step = (name: string, more: Partial<Step> = {}): Step => ({
    text: name,
    owner: null,
    undo: () => {
      log.push(`-${name}`);
      return `${name} undone`;
    },
    redo: () => {
      log.push(`+${name}`);
      return name;
    },
    ...more,
  });
  return { toasts, stack, log, step, shown: () => toasts.list.map(({ text }) => text) };
}

test('steps are taken back from the last and made again from the first', async () => {
  const { stack, log, step } = made();
  stack.did(step('a'));
  stack.did(step('b'));
  await stack.undo();
  await stack.undo();
  await stack.undo();
  await stack.redo();
  expect(log).toEqual(['-b', '-a', '+a']);
  expect([stack.last?.text, stack.next?.text]).toEqual(['a', 'b']);
});

test('a new step ends what could be made again', async () => {
  const { stack, step } = made();
  stack.did(step('a'));
  await stack.undo();
  stack.did(step('b'));
  expect(stack.next).toBeNull();
});

test('a toast takes back its own step, and goes when the step was taken back by key', async () => {
  const { stack, toasts, log, step, shown } = made();
  stack.did(step('a'));
  stack.did(step('b'));
  await stack.undo();
  expect(shown()).toEqual(['a', 'b undone']);
  toasts.list[0]?.undo?.();
  await stack.undo();
  expect(log).toEqual(['-b', '-a']);
  expect(shown()).toEqual(['b undone', 'a undone']);
});

test('keys that come faster than the answers are taken one after the other', async () => {
  const { stack, log, step } = made();
  const answer = Promise.withResolvers<string>();
  stack.did(step('a'));
  stack.did(step('b', { undo: () => answer.promise }));
  const both = [stack.undo(), stack.undo()];
  expect(log).toEqual([]);
  answer.resolve('b undone');
  await Promise.all(both);
  expect(log).toEqual(['-a']);
});

test('what could not be taken back, and what belongs to an owner that ends, is dropped', async () => {
  const { stack, step, shown } = made();
  const owner = {};
  stack.did(step('a', { owner }));
  stack.did(step('b', { undo: () => null }));
  await stack.undo();
  expect([stack.last?.text, stack.next]).toEqual(['a', null]);
  stack.forget(owner);
  expect(stack.last).toBeNull();
  expect(shown()).toEqual([]);
});
