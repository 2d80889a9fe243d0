import type { ApiClient } from '../../api/client.ts';
import { ApiError } from '../../api/errors.ts';
import type { Priority } from '../../api/limiter.ts';
import { MEDIA_PAGE_MAX, MESSAGES_PAGE_MAX } from '../../api/params.ts';
import { assertNever } from '../../lib/assert-never.ts';
import type { AnyPage } from '../../lib/model.ts';
import type { Listing } from './pass.ts';

/** One page of a chat's listing, as large as the service allows, newest first, below `cursor`. */
export function listPage(
  api: ApiClient,
  chatId: number,
  listing: Listing,
  cursor: string | null,
  priority: Priority,
  signal: AbortSignal,
): Promise<AnyPage> {
  if (listing.of === 'messages') {
    return api.chatMessagesPage(chatId, { limit: MESSAGES_PAGE_MAX, cursor, priority, signal });
  }
  return api.chatMediaPage(chatId, {
    limit: MEDIA_PAGE_MAX,
    cursor,
    ...(listing.type !== null && { type: listing.type }),
    ...(listing.opened !== null && { opened: listing.opened }),
    priority,
    signal,
  });
}

/**
 * Classifies an error of the service for a run. `credentials` and `permission` end the listing and want a person; `not_found` concerns one
 * chat; `passing` may be over by the next run; `refused` is this program's mistake. Null: not an error of the service.
 */
export function meaningOf(error: unknown): 'credentials' | 'permission' | 'not_found' | 'passing' | 'refused' | null {
  if (!(error instanceof ApiError) || error.code === 'aborted') {
    return null;
  }
  switch (error.code) {
    case 'key_refused':
    case 'session_missing':
    case 'session_expired':
      return 'credentials';
    case 'forbidden':
      return 'permission';
    case 'not_found':
      return 'not_found';
    case 'bad_request':
    case 'redirected':
    case 'too_large':
      return 'refused';
    case 'rules_outdated':
    case 'rate_limited':
    case 'server':
    case 'network':
    case 'timeout':
    case 'bad_response':
    case 'intercepted':
    case 'proxy':
    case 'certificate':
      return 'passing';
    default:
      return assertNever(error.code, 'API error');
  }
}
