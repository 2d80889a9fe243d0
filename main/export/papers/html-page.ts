/** The pages of an offline gallery. Everything of people is escaped; a page may load nothing but the files beside it. Pure. */
import { UTC, type Zone } from '../../contract/time-zone.ts';
import { createHash } from 'node:crypto';
import type { ExportMessageMedia, ExportMessageRow } from '../../index/exports/calls.ts';
import { PAGE_SCRIPT, PAGE_STYLE } from './html-assets.ts';
import { FIND_SCRIPT, FIND_STYLE, HAND_SCRIPT, type FindChat, type FindChunk, type FoundRow } from './html-find.ts';

/** Without controls and marks that turn the writing. */
const shown = (text: string): string =>
  text.toWellFormed().replaceAll(/[\p{Cc}--[\n\t]]|[\u202A-\u202E\u2066-\u2069]/gv, '');

/** For text and for attributes in double quotes. Controls and marks that turn the writing are left out. */
export function escapeHtml(text: string): string {
  return shown(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** A path of names as an address relative to a page. */
export function hrefOf(path: string): string {
  return path
    .split('/')
    .map((name) => encodeURIComponent(name).replaceAll("'", '%27'))
    .join('/');
}

const digest = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

interface Assets {
  readonly style: string;
  readonly script: string;
  readonly policy: string;
}

/** The policy allows these alone, and of files those that the page needs. */
function assetsOf(style: string, script: string, files: readonly string[]): Assets {
  const policy = [
    "default-src 'none'",
    ...files.map((kind) => `${kind} 'self' file:`),
    `style-src ${digest(style)}`,
    `script-src ${digest(script)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return { style, script, policy };
}

const OF_CHAT = assetsOf(PAGE_STYLE, PAGE_SCRIPT, ['img-src', 'media-src']);
const OF_INDEX = assetsOf(PAGE_STYLE + FIND_STYLE, FIND_SCRIPT, ['img-src', 'frame-src']);
const OF_TEXTS = assetsOf(PAGE_STYLE, HAND_SCRIPT, []);

function page(title: string, body: string, { style, script, policy }: Assets): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
${body}
<script>${script}</script>
</body>
</html>
`;
}

export interface ChatOfPages extends FindChat {
  readonly firstPage: string;
  /** As often as they were sent: a file that was sent twice is two. */
  readonly items: number;
  readonly from: number;
  readonly to: number;
  /** Addresses of at most four pictures. */
  readonly covers: readonly string[];
  /** Where there are several, in order: so that nobody turns fifty pages to get to a year. */
  readonly pages: readonly { readonly path: string; readonly from: number; readonly to: number }[];
}

/** `index.html`: the chats of the export. */
export function indexPage(
  chats: readonly ChatOfPages[],
  find: { readonly chunks: readonly FindChunk[]; readonly senders: readonly string[] },
  exportedAt: number,
  version: string,
  zone: Zone,
): string {
  const rows = chats
    .map(
      ({ name, firstPage, items, from, to, pages, covers }) =>
        `<li><a href="${hrefOf(firstPage)}" data-go>${coverOf(covers)}<bdi>${escapeHtml(name)}</bdi><span>${itemsOf(items)}, ${spanOf(from, to, zone)}</span></a>${pagesOf(pages, zone)}</li>`,
    )
    .join('\n');
  const [only, ...others] = chats;
  const title = only !== undefined && others.length === 0 ? only.name : 'Gallery';
  const from = Math.min(...chats.map((chat) => chat.from));
  const to = Math.max(...chats.map((chat) => chat.to));
  const all = chats.reduce((sum, { items }) => sum + items, 0);
  const messages = find.chunks.reduce((sum, chunk) => sum + chunk.messages, 0);
  const content = `${messages.toLocaleString('en-GB')} ${messages === 1 ? 'message' : 'messages'}, ${itemsOf(all)}`;
  const facts =
    chats.length === 0
      ? 'No items'
      : `${content} from ${String(chats.length)} ${others.length === 0 ? 'chat' : 'chats'}, ${spanOf(from, to, zone)}`;
  return page(
    title,
    `<main class="index"><h1><bdi>${escapeHtml(title)}</bdi></h1><p>${facts}</p>
${findForm(chats, find)}
<div id="whole"><ul class="chats">
${rows}
</ul></div></main>
<footer>Exported by Chatkeep ${escapeHtml(version)}, ${momentIn(exportedAt, zone)}. Times are ${zone === UTC ? 'UTC' : `those of ${escapeHtml(zone.name)}`}.</footer>`,
    OF_INDEX,
  );
}

/** Words, sender, chat and days; what is found takes the place of the chats. */
function findForm(
  chats: readonly ChatOfPages[],
  { chunks, senders }: { readonly chunks: readonly FindChunk[]; readonly senders: readonly string[] },
): string {
  if (chunks.length === 0) {
    return '';
  }
  const data = JSON.stringify({ chats: chats.map(({ key, name }) => ({ key, name: shown(name) })), chunks });
  const options = chats.map(({ name }, at) => `<option value="${String(at)}">${escapeHtml(name)}</option>`).join('');
  const names = senders.map((name) => `<option>${escapeHtml(name)}</option>`).join('');
  return `<pre id="index" hidden>${escapeHtml(data)}</pre><form class="find" role="search">
<label>Search messages<input type="search" name="words" maxlength="200" autocomplete="off"></label>
<label>Sender<input type="text" name="sender" maxlength="200" autocomplete="off" list="senders"></label>
${chats.length > 1 ? `<label>Chat<select name="chat"><option value="">All</option>${options}</select></label>` : ''}
<label>From<input type="date" name="from"></label>
<label>To<input type="date" name="to"></label>
<button type="submit">Search</button><button type="reset">Clear</button>
<datalist id="senders">${names}</datalist></form>
<p id="said" role="status"></p><ol id="found"></ol><button type="button" id="more" hidden>Show more</button>`;
}

/** Texts of messages for the search. */
export function textsPage(rows: readonly FoundRow[]): string {
  const clean = rows.map((row) => row.map((value) => (typeof value === 'string' ? shown(value) : value)));
  return page(
    'Search',
    `<main><p>This page is for the search of <a href="../index.html">the chats</a>.</p><pre hidden>${escapeHtml(JSON.stringify(clean))}</pre></main>`,
    OF_TEXTS,
  );
}

/** What the search knows of a message. */
export function foundRowOf(message: PageMessage, chat: number, pageNumber: number, zone: Zone): FoundRow {
  const { messageId, sentAt, text, edits, items } = message;
  const notes = items.flatMap(({ labels, note }) => [...labels, ...(note === null ? [] : [note])]);
  const more = [...edits.map((edit) => edit.text), ...notes].join('\n');
  const at = [day(sentAt, zone), momentIn(sentAt, zone)] as const;
  return [chat, pageNumber, messageId, ...at, senderOf(message), text, more, items.length];
}

const senderOf = ({ fromMe, senderName, chatName }: PageMessage): string =>
  fromMe ? 'Me' : (senderName ?? chatName ?? 'Unknown');

const itemsOf = (items: number): string => `${items.toLocaleString('en-GB')} ${items === 1 ? 'item' : 'items'}`;

/** Pictures side by side; a chat without any has its place filled. */
function coverOf(covers: readonly string[]): string {
  const images = covers.map((href) => `<img src="${href}" alt="" loading="lazy" decoding="async">`);
  return `<span class="cover n${String(covers.length)}">${images.join('')}</span>`;
}

function pagesOf(pages: ChatOfPages['pages'], zone: Zone): string {
  if (pages.length < 2) {
    return '';
  }
  const links = pages.map(
    ({ path, from, to }, index) =>
      `<li><a href="${hrefOf(path)}">Page ${String(index + 1)}, ${spanOf(from, to, zone)}${hoursOf(from, to, zone)}</a></li>`,
  );
  return `<details><summary>${String(pages.length)} pages</summary><ul class="pages">${links.join('')}</ul></details>`;
}

export interface ChatPage {
  readonly chat: string;
  /** Its place in the list of chats. */
  readonly index: number;
  readonly number: number;
  /** Of its days and times. */
  readonly zone: Zone;
  /** File names beside this page; null = there is none. */
  readonly before: string | null;
  readonly next: string | null;
  /** In the order of the conversation. */
  readonly messages: readonly PageMessage[];
}

/** An item of a page; `href` relative to the page, null = it is not in the folder. */
export type PageItem = Pick<
  ExportMessageMedia,
  'mediaId' | 'kind' | 'mime' | 'width' | 'height' | 'durationMs' | 'favourite' | 'labels' | 'note' | 'state'
> & { readonly href: string | null };

export interface PageMessage extends Pick<
  ExportMessageRow,
  'chatName' | 'messageId' | 'sentAt' | 'senderName' | 'fromMe' | 'text' | 'goneAt' | 'replyId' | 'replyText' | 'edits'
> {
  readonly items: readonly PageItem[];
}

/** A stretch of one chat: as a conversation, or with the words hidden as a grid. */
export function chatPage({ chat, index, number, zone, before, next, messages }: ChatPage): string {
  const way = (to: string | null, rel: string, words: string): string =>
    to === null ? '' : `<a href="${hrefOf(to)}" rel="${rel}">${words}</a>`;
  const ways = (end: 'top' | 'bottom'): string =>
    `<nav aria-label="Pages, ${end}">${way(before, 'prev', 'Older')}<a href="../index.html" rel="up">Chats</a><a href="../index.html#chat=${String(index)}" rel="search">Search</a>${way(next, 'next', 'Newer')}</nav>`;
  return page(
    chat,
    `<header><h1><bdi>${escapeHtml(chat)}</bdi></h1><span>Page ${String(number)}</span>
<button type="button" id="view" aria-pressed="false">Media only</button>${ways('top')}</header>
<main id="items">
${bubbles(messages, zone)}
</main>
<footer>${ways('bottom')}<small>Times: ${zone === UTC ? 'UTC' : escapeHtml(zone.name)}</small></footer>
<dialog id="viewer" aria-label="Viewer"><div id="stage"></div><p id="caption"></p>
<button type="button" id="before" aria-label="Before">‹</button><button type="button" id="after" aria-label="After">›</button><button type="button" id="close" aria-label="Close">×</button></dialog>`,
    OF_CHAT,
  );
}

function bubbles(messages: readonly PageMessage[], zone: Zone): string {
  const parts: string[] = [];
  let lastDay = '';
  for (const message of messages) {
    const date = day(message.sentAt, zone);
    if (date !== lastDay) {
      parts.push(`<h2><time datetime="${date}">${longDay(message.sentAt, zone)}</time></h2>`);
      lastDay = date;
    }
    const tiles = message.items.map((item) => tile(item, message.sentAt, zone)).join('');
    const media = tiles === '' ? '' : `<div class="media">${tiles}</div>`;
    parts.push(
      `<article id="m${String(message.messageId)}" class="${message.fromMe ? 'me' : 'them'}${message.text.length > 1500 ? ' long' : ''}">${replyOf(message)}${media}${message.items.map(remarksOf).join('')}${wordsOf(message, zone)}</article>`,
    );
  }
  return parts.join('\n');
}

function replyOf(row: PageMessage): string {
  return row.replyId === null ? '' : `<blockquote dir="auto">${escapeHtml(row.replyText ?? '')}</blockquote>`;
}

function wordsOf(row: PageMessage, zone: Zone): string {
  const sender = senderOf(row);
  const gone = row.goneAt === null ? '' : `, no longer at the service since ${day(row.goneAt, zone)}`;
  const text = row.text === '' ? '' : `<p dir="auto">${escapeHtml(row.text)}</p>`;
  return `${text}${editsOf(row, zone)}<small><bdi>${escapeHtml(sender)}</bdi>, <time datetime="${new Date(row.sentAt).toISOString()}">${momentIn(row.sentAt, zone)}</time>${gone}</small>`;
}

/** Earlier texts of the message, each with the time its edit was noticed. */
function editsOf({ edits }: PageMessage, zone: Zone): string {
  if (edits.length === 0) {
    return '';
  }
  const earlier = edits
    .map(({ at, text }) => `<p dir="auto">${escapeHtml(text)}<br><small>until ${moment(at, zone)}</small></p>`)
    .join('');
  return `<details><summary>Edited, ${String(edits.length)} earlier ${edits.length === 1 ? 'text' : 'texts'}</summary>${earlier}</details>`;
}

/** The favourite, labels and note of an item. */
function remarksOf({ favourite, labels, note, mediaId }: PageItem): string {
  const words = [
    ...(favourite ? ['Favourite'] : []),
    ...(labels.length > 0 ? [`Labels: ${labels.join(', ')}`] : []),
    ...(note === null ? [] : [`Note: ${note}`]),
  ];
  return words.length === 0
    ? ''
    : `<p class="remark" dir="auto"><bdi>${String(mediaId)}</bdi> ${escapeHtml(words.join('\n'))}</p>`;
}

/** An item that is not in the folder has its place, with the reason. */
const WHY = {
  stored: 'Not part of this export',
  locked: 'Locked',
  notReady: 'Not ready at the service',
  protected: 'Protected',
  gone: 'Gone at the service',
  failed: 'Download failed',
  pending: 'Not downloaded',
  removed: 'In the trash',
} as const satisfies Record<PageItem['state'], string>;

/** Sizes are told to the browser so that nothing moves when a picture arrives. */
function tile(row: PageItem, sentAt: number, zone: Zone): string {
  const label = escapeHtml(`${KINDS[row.kind]}, ${longDay(sentAt, zone)}, ${moment(sentAt, zone).slice(11)}`);
  const { href } = row;
  if (href === null) {
    return `<div class="tile none" title="${label}"><span class="why">${KINDS[row.kind]} ${String(row.mediaId)}<br>${WHY[row.state]}</span></div>`;
  }
  const size =
    row.width === null || row.height === null ? '' : ` width="${String(row.width)}" height="${String(row.height)}"`;
  const moving = row.mime?.startsWith('video/') === true || row.mime?.startsWith('audio/') === true;
  const inside = moving
    ? `<span class="sign" aria-hidden="true">${row.mime?.startsWith('audio/') === true ? '♪' : '▶'}</span><span class="length">${lengthOf(row)}</span>`
    : `<img src="${href}" alt="${label}" loading="lazy" decoding="async"${size}>`;
  const type = row.mime?.startsWith('audio/') === true ? 'audio' : moving ? 'video' : 'image';
  const heart = row.favourite ? '<span class="heart" aria-hidden="true">\u2665</span>' : '';
  const name = row.favourite ? `${label}, favourite` : label;
  return `<a class="tile ${type}" href="${href}" data-type="${type}" aria-label="${name}">${inside}${heart}</a>`;
}

function lengthOf(row: PageItem): string {
  if (row.durationMs === null) {
    return '';
  }
  const seconds = Math.round(row.durationMs / 1000);
  return `${String(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, '0')}`;
}

const KINDS = { photo: 'Photo', video: 'Video', gif: 'GIF', audio: 'Audio', other: 'File' } as const satisfies Record<
  PageItem['kind'],
  string
>;
const LONG = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
const longDay = (at: number, zone: Zone): string => LONG.format(zone.wallOf(at));
const spanOf = (from: number, to: number, zone: Zone): string =>
  day(from, zone) === day(to, zone) ? longDay(from, zone) : `${longDay(from, zone)} to ${longDay(to, zone)}`;
/** Of a page within one day. */
const hoursOf = (from: number, to: number, zone: Zone): string =>
  day(from, zone) === day(to, zone) ? `, ${moment(from, zone).slice(11)} to ${moment(to, zone).slice(11)}` : '';
const day = (at: number, zone: Zone): string => new Date(zone.wallOf(at)).toISOString().slice(0, 10);
/** By the clocks of the zone, and by those of UTC where they show something else: `2025-06-01 01:30 (2025-05-31 23:30 UTC)`. */
function momentIn(at: number, zone: Zone): string {
  const [local, utc] = [moment(at, zone), moment(at, UTC)];
  return local === utc ? local : `${local} (${day(at, zone) === day(at, UTC) ? utc.slice(11) : utc} UTC)`;
}
const moment = (at: number, zone: Zone): string =>
  new Date(zone.wallOf(at)).toISOString().slice(0, 16).replace('T', ' ');
