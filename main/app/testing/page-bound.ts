/** How often a run may ask for pages of listings, whatever the service and its media host do. */
import type { Sandbox } from '../../sandbox/testing/sandbox.ts';
import { truthOf } from '../../sandbox/testing/truth.ts';

const PAGE = 100;
/** Answers that a link was refused with. */
const REFUSED = ['302', '400', '401', '403', '404'];

/** Requests for pages since the counts were last set to zero, tries of the client counted in. */
export function pagesAsked(sandbox: Sandbox): number {
  const { media = 0, messages = 0 } = sandbox.requests.byEndpoint;
  return media + messages;
}

/**
 * Three times the pages that there are, one for each answer that a fault spoiled, and one for every twenty refusals. A begun twenty counts:
 * links of few files end one by one, too.
 */
export function pagesAllowed(sandbox: Sandbox): number {
  let pages = 0;
  for (const chat of truthOf(sandbox).chats()) {
    const listed = [...chat.messages()].filter((message) => message.inMediaListing).length;
    pages += Math.max(1, Math.ceil(listed / PAGE));
  }
  const { byStatus } = sandbox.requests;
  const refused = REFUSED.reduce((sum, status) => sum + (byStatus[status] ?? 0), 0);
  const spoiled = sandbox.faults.active().reduce((sum, { struckPages }) => sum + struckPages, 0);
  return 3 * pages + spoiled + Math.ceil(refused / 20);
}
