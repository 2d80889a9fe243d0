/** The first pages of a PDF: whose record it is, what it holds, and how to check it. */
import { BLACK } from './pdf-file.ts';
import type { PdfFacts } from './pdf-jobs.ts';
import { LEFT, SOFT } from './sheets.ts';
import { chatName, type Transcript } from './transcript.ts';
import { bothTexts, COVER, countText, LEDGER } from './words.ts';

const LABEL = 118;
const VALUE_LEFT = LEFT + LABEL;

export function writeCover({ sheets: pages, part, name }: Transcript): void {
  const { facts, number } = part;
  pages.addPage();
  pages.file.bookmark(COVER.title);
  pages.y += 24;
  pages.flow(pages.lines(COVER.title, LEFT, pages.width, 11, SOFT));
  pages.flow(pages.lines(name, LEFT, pages.width, 22, BLACK, 'bold', 'ltr'));
  pages.y += 14;
  const row = (label: string, ...values: readonly string[]): void => {
    pages.need(24);
    pages.rule(pages.y, 0.4);
    pages.y += 5;
    let y = pages.y;
    for (const line of pages.lines(label, LEFT, LABEL - 12, 8.5, SOFT)) {
      line.draw(y);
      y += line.height;
    }
    pages.flow(
      values.flatMap((value) => pages.lines(value, VALUE_LEFT, pages.right - VALUE_LEFT, 8.5, BLACK, 'text', 'ltr')),
    );
    pages.y += 5;
  };
  row(COVER.source, COVER.sourceText([...new Set(facts.accounts.map(({ api }) => api))].join(', ')));
  row(
    COVER.account,
    ...facts.accounts.map(
      (account) => `${account.name} (${account.userId === null ? COVER.unknownUser : COVER.user(account.userId)})`,
    ),
  );
  row(
    COVER.chats,
    ...facts.chats.map(
      (chat) => `${chatName(chat)} (${String(chat.chatId)}): ${countText(chat.messages, 'message', 'messages')}`,
    ),
  );
  const from = Math.min(...facts.chats.map((chat) => chat.from));
  const to = Math.max(...facts.chats.map((chat) => chat.to));
  if (facts.messages > 0) {
    row(COVER.period, bothTexts(from, pages.zone), bothTexts(to, pages.zone));
  }
  if (facts.from !== null || facts.to !== null) {
    const text = (at: number | null): string => (at === null ? '\u2026' : bothTexts(at, pages.zone));
    row(COVER.asked, `${text(facts.from)} – ${text(facts.to)}`);
  }
  row(COVER.zones, COVER.zonesText(facts.timeZone));
  const messages = countText(facts.messages, 'message', 'messages');
  row(COVER.content, facts.scope === 'all' ? COVER.contentAll(messages) : COVER.contentWithMedia(messages));
  row(COVER.items, ...ledgerOf(facts));
  row(COVER.made, bothTexts(facts.madeAt, pages.zone));
  row(COVER.by, `Chatkeep ${facts.version}`);
  row(COVER.library, facts.libraryId);
  row(COVER.exportId, facts.token);
  if (number > 1) {
    row(COVER.part, COVER.partText(number, facts.papers.at(-1)?.path ?? ''));
  }
  row(COVER.hashes, ...facts.papers.flatMap(({ path, sha256 }) => [path, sha256]), COVER.hashesText);
  pages.y += 10;
  pages.need(120);
  pages.flow(pages.lines(COVER.about, LEFT, pages.width, 9.5, BLACK, 'bold'));
  for (const text of COVER.aboutText) {
    pages.y += 3;
    pages.flow(pages.lines(text, LEFT, pages.width, 8.5, SOFT));
  }
}

/** Listed = exported + the others, always. */
function ledgerOf({ exported, missing }: PdfFacts): string[] {
  const others = Object.entries(missing);
  const listed = others.reduce((sum, [, count]) => sum + count, exported);
  const words: Readonly<Record<string, string>> = LEDGER;
  return [
    COVER.itemsText(listed.toLocaleString('en-GB'), exported.toLocaleString('en-GB')),
    ...others.map(([state, count]) => `${words[state] ?? state}: ${count.toLocaleString('en-GB')}`),
  ];
}
