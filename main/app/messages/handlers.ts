import type { AppContext } from '../core/app-context.ts';
import type { HandlersOf } from '../kernel/call.ts';
import { present } from '../kernel/refusal.ts';
import type { messageCalls } from './calls.ts';

/** `messages.*`. */
export function messageHandlers({ core }: Pick<AppContext, 'core'>): HandlersOf<typeof messageCalls> {
  return {
    'messages.list': async (input, signal) => await core().index.read.messageList(input, { signal }),
    'messages.page': async (input, signal) =>
      present(await core().index.read.messagesPage(input, { signal }), 'This chat'),
    'messages.find': async (input, signal) => present(await core().index.read.chatHits(input, { signal }), 'This chat'),
  };
}
