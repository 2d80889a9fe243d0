/** The events of a service during a soak, drawn from a seed. */
import type { FaultName, Sandbox } from '../sandbox/testing/sandbox.ts';
import { truthOf } from '../sandbox/testing/truth.ts';

const PASSING: readonly FaultName[] = [
  'reset',
  'truncated',
  'server-error-html',
  'bad-gateway',
  'ok-broken-json',
  'html-instead-of-media',
  'expired-one',
  'overlapping-pages',
];

/** One thing changes; answers what. */
export function changeOne(sandbox: Sandbox, draw: () => number, mayArrive: boolean): string {
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(draw() * list.length)];
  const chat = pick([...truthOf(sandbox).chats()]);
  if (chat === undefined) {
    return 'nothing';
  }
  const kind = pick([
    'arrive',
    'arrive',
    'arrive',
    'unlock',
    'get ready',
    'edit',
    'withdraw',
    'expire',
    'fault',
  ] as const);
  const media = [...chat.media()];
  switch (kind) {
    case 'arrive':
      if (!mayArrive) {
        return 'nothing';
      }
      sandbox.addMessages(chat.id, 1 + Math.floor(draw() * 3));
      return kind;
    case 'unlock': {
      const locked = pick(media.filter(({ state }) => state === 'locked' || state === 'preview'));
      if (locked !== undefined) {
        sandbox.unlock(locked.id);
      }
      return locked === undefined ? 'nothing' : kind;
    }
    case 'get ready': {
      const unready = pick(media.filter(({ state }) => state === 'notReady'));
      if (unready !== undefined) {
        sandbox.makeReady(unready.id);
      }
      return unready === undefined ? 'nothing' : kind;
    }
    case 'edit':
    case 'withdraw': {
      const message = pick([...chat.messages()].filter(({ inMediaListing }) => inMediaListing));
      if (message === undefined) {
        return 'nothing';
      }
      if (kind === 'edit') {
        sandbox.edit(message.id, `<p>edited ${Math.floor(draw() * 1e6)}</p>`);
      } else {
        sandbox.withdraw(message.id);
      }
      return kind;
    }
    case 'expire':
      sandbox.expireLinks();
      return kind;
    default: {
      const name = pick(PASSING);
      if (name !== undefined) {
        sandbox.faults.set(name, { probability: 0.2, times: 5 });
      }
      return `fault ${name ?? ''}`;
    }
  }
}
