import { expect, test } from 'vitest';
import { Renewal } from './renewal.ts';

/** Work that ends when the test says so. */
function rig(): { readonly renewal: Renewal; readonly ends: (() => void)[] } {
  const ends: (() => void)[] = [];
  const renewal = new Renewal(
    () =>
      new Promise((resolve) => {
        ends.push(resolve);
      }),
  );
  return { renewal, ends };
}

test('changes while it works make it work once more, not once for each', async () => {
  const { renewal, ends } = rig();
  const first = renewal.again();
  const [second, third] = [renewal.again(), renewal.again()];
  expect(ends).toHaveLength(1);
  ends[0]?.();
  await first;
  expect(ends).toHaveLength(2);
  ends[1]?.();
  await Promise.all([second, third]);
  expect(ends).toHaveLength(2);
});

test('who asks while it works waits for what is begun after that', async () => {
  const { renewal, ends } = rig();
  const first = renewal.again();
  let done = false;
  const second = renewal.again().then(() => {
    done = true;
  });
  ends[0]?.();
  await first;
  expect(done).toBe(false);
  const third = renewal.again();
  ends[1]?.();
  await second;
  expect(ends).toHaveLength(3);
  ends[2]?.();
  await third;
  const fourth = renewal.again();
  expect(ends).toHaveLength(4);
  ends[3]?.();
  await fourth;
});
