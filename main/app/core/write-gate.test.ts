import { expect, test } from 'vitest';
import { WriteGate } from './write-gate.ts';

test('shut, it refuses with its reason, and is shut when what had begun has ended', async () => {
  const gate = new WriteGate();
  const slow = Promise.withResolvers<string>();
  const writes = gate.guard({ save: (name: string) => (name === 'slow' ? slow.promise : Promise.resolve(name)) });
  expect(await writes.save('first')).toBe('first');
  const begun = writes.save('slow');
  const order: string[] = [];
  const shut = gate.shut('The library is being moved.').then(() => order.push('shut'));
  await expect(writes.save('late')).rejects.toMatchObject({ code: 'busy', message: 'The library is being moved.' });
  slow.resolve('done');
  order.push(await begun);
  await shut;
  expect(order).toEqual(['done', 'shut']);
  gate.open();
  expect(await writes.save('again')).toBe('again');
});
