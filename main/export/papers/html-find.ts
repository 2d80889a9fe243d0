/**
 * The search of the offline gallery. A page from a disk may read no other file, so the texts lie in pages of their own, which hand them to
 * the page that searches. They are shown as text alone.
 */

/** What a page of texts hands over for each message: chat, page, message, day, time, sender, words, other words, items. */
export type FoundRow = readonly [
  /** Its place in the list of chats. */
  chat: number,
  page: number,
  messageId: number,
  /** `yyyy-mm-dd`, as the pages have it. */
  day: string,
  time: string,
  sender: string,
  text: string,
  /** Earlier texts, labels and notes. */
  more: string,
  items: number,
];

export interface FindChat {
  /** Of its pages: `gallery/<key>-1.html`. */
  readonly key: string;
  readonly name: string;
}

/** A page of texts: `gallery/find-<number>.html`. Chats by their places in the list, days as in its rows. */
export interface FindChunk {
  readonly chats: readonly [number, number];
  readonly days: readonly [string, string];
  readonly messages: number;
}

export const FIND_STYLE = `
.find{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(150px,100%),1fr));gap:8px 12px;align-items:end;margin:0 0 32px}
.find label{display:grid;gap:2px;font-size:13px;color:var(--soft);min-width:0}
.find label:first-child{grid-column:1/-1}
.find input,.find select{font:inherit;font-size:16px;color:var(--fg);background:var(--bg);border:1px solid var(--soft);border-radius:6px;padding:6px 10px;width:100%;min-height:40px;min-width:0}
.find button{min-height:40px}
.find :focus-visible{outline:3px solid var(--accent);outline-offset:1px}
#found{display:grid;gap:8px;list-style:none;margin:0 0 16px;padding:0}
#found a{display:block;padding:10px 12px;border-radius:12px;background:var(--them);color:var(--fg);text-decoration:none;overflow-wrap:anywhere}
#found a:hover{text-decoration:underline}
#found p{margin:0 0 2px;white-space:pre-wrap}
#found small{color:var(--soft)}
mark{background:#ffe58a;color:#1c1c1e;border-radius:2px}
iframe{display:none}
`;

/** Of a page of texts: hands them to the page that it is in. */
export const HAND_SCRIPT = `
'use strict';
if (parent !== window) parent.postMessage({ rows: JSON.parse(document.querySelector('pre').textContent) }, '*');
`;

export const FIND_SCRIPT = `
'use strict';
const form = document.querySelector('.find');
if (form) begin();
function begin() {
const said = document.getElementById('said');
const list = document.getElementById('found');
const more = document.getElementById('more');
const whole = document.getElementById('whole');
const A_STEP = 100;
const MOST_KEPT = 400000;
const kept = new Map();
let keptRows = 0;
let hits = [];
let shown = 0;
let turn = 0;
const number = (value) => value.toLocaleString('en-GB');
const fold = (text) => text.normalize('NFKD').replace(/\\p{Mn}/gu, '').toLowerCase();
function rowsOf(index) {
  const known = kept.get(index);
  if (known) return new Promise((resolve) => setTimeout(resolve, 0, known));
  return new Promise((resolve) => {
    const frame = document.createElement('iframe');
    const end = (rows) => {
      removeEventListener('message', hear);
      frame.remove();
      if (rows && keptRows < MOST_KEPT) {
        kept.set(index, rows);
        keptRows += rows.length;
      }
      resolve(rows);
    };
    const hear = ({ source, data }) => {
      if (source === frame.contentWindow && Array.isArray(data?.rows)) end(data.rows);
    };
    addEventListener('message', hear);
    // What it hands over has come before; a file that is missing hands over nothing.
    frame.addEventListener('load', () => setTimeout(() => { if (frame.isConnected) end(null); }, 2000));
    frame.src = 'gallery/find-' + (index + 1) + '.html';
    document.body.append(frame);
  });
}
function read() {
  const data = new FormData(form);
  const text = (name) => String(data.get(name) ?? '').trim();
  return { words: text('words'), sender: text('sender'), chat: text('chat'), from: text('from'), to: text('to') };
}
function matcher(asked) {
  const words = fold(asked.words).split(/\\s+/).filter(Boolean);
  const sender = fold(asked.sender);
  const chat = asked.chat === '' ? null : Number(asked.chat);
  return ([inChat, , , day, , by, text, other]) => {
    if (chat !== null && inChat !== chat) return false;
    if ((asked.from && day < asked.from) || (asked.to && day > asked.to)) return false;
    if (sender && !fold(by).includes(sender)) return false;
    if (words.length === 0) return true;
    const all = fold(text + '\\n' + other);
    return words.every((word) => all.includes(word));
  };
}
/** The part of a text with the first of the words, which are marked. */
function excerpt(text, words) {
  const starts = [];
  let folded = '';
  let at = 0;
  for (const char of text) {
    const plain = fold(char);
    for (let each = 0; each < plain.length; each += 1) starts.push(at);
    folded += plain;
    at += char.length;
  }
  starts.push(text.length);
  const spots = [];
  for (const word of words) {
    for (let spot = folded.indexOf(word); spot >= 0 && spots.length < 200; spot = folded.indexOf(word, spot + word.length)) {
      spots.push([starts[spot], Math.max(starts[spot + word.length], starts[spot] + 1)]);
    }
  }
  spots.sort((a, b) => a[0] - b[0]);
  const begin = spots.length > 0 && spots[0][0] > 80 ? spots[0][0] - 60 : 0;
  const end = Math.min(text.length, begin + 240);
  const parts = begin > 0 ? ['\\u2026'] : [];
  let done = begin;
  for (const [from, to] of spots) {
    if (from < done || to > end) continue;
    const mark = document.createElement('mark');
    mark.textContent = text.slice(from, to);
    parts.push(text.slice(done, from), mark);
    done = to;
  }
  parts.push(text.slice(done, end), end < text.length ? '\\u2026' : '');
  return parts;
}
function entry([chat, page, id, , time, sender, text, other, items], words) {
  const { key, name } = chats[chat];
  const line = document.createElement('li');
  const link = document.createElement('a');
  const said = document.createElement('p');
  said.dir = 'auto';
  const inText = words.length === 0 || words.some((word) => fold(text).includes(word));
  const source = inText ? text : other;
  said.append(...(source === '' ? [items === 1 ? '1 item' : number(items) + ' items'] : excerpt(source, words)));
  const facts = document.createElement('small');
  const isolated = (text) => Object.assign(document.createElement('bdi'), { textContent: text });
  facts.append(isolated(sender), ', ' + time + (chats.length > 1 ? ', ' : ''), ...(chats.length > 1 ? [isolated(name)] : []));
  link.href = 'gallery/' + key + '-' + page + '.html#m' + id;
  link.append(said, facts);
  line.append(link);
  return line;
}
function showMore(words) {
  const next = hits.slice(shown, shown + A_STEP);
  list.append(...next.map((row) => entry(row, words)));
  shown += next.length;
  more.hidden = shown >= hits.length;
}
let words = [];
async function find() {
  turn += 1;
  const mine = turn;
  const asked = read();
  const isAsked = asked.words !== '' || asked.sender !== '' || asked.from !== '' || asked.to !== '' || asked.chat !== '';
  hits = [];
  shown = 0;
  list.replaceChildren();
  more.hidden = true;
  whole.hidden = isAsked;
  said.textContent = '';
  if (!isAsked) return;
  words = fold(asked.words).split(/\\s+/).filter(Boolean);
  const fits = matcher(asked);
  const wanted = [...chunks.entries()].filter(([, { chats: [first, last], days: [from, to] }]) =>
    (asked.chat === '' || (Number(asked.chat) >= first && Number(asked.chat) <= last)) && (!asked.from || to >= asked.from) && (!asked.to || from <= asked.to));
  let missing = 0;
  for (const [done, [index, { messages }]] of wanted.entries()) {
    said.textContent = 'Searching, part ' + (done + 1) + ' of ' + wanted.length;
    const rows = await rowsOf(index);
    if (mine !== turn) return;
    if (rows === null) missing += messages;
    for (const row of rows ?? []) if (fits(row)) hits.push(row);
    if (shown < A_STEP) showMore(words);
  }
  more.hidden = shown >= hits.length;
  said.textContent = (hits.length === 0 ? 'No message found' : hits.length === 1 ? '1 message' : number(hits.length) + ' messages')
    + (missing === 0 ? '' : '. ' + number(missing) + ' messages could not be searched: files are missing in the folder gallery');
}
const { chats, chunks } = JSON.parse(document.getElementById('index').textContent);
function keep() {
  const asked = Object.entries(read()).filter(([, value]) => value !== '');
  history.replaceState(null, '', asked.length === 0 ? location.pathname : '#' + new URLSearchParams(asked));
}
function restore() {
  const asked = new URLSearchParams(location.hash.slice(1));
  for (const field of form.elements) if (field.name) field.value = asked.get(field.name) ?? '';
  void find();
}
form.addEventListener('submit', (event) => {
  event.preventDefault();
  keep();
  void find();
});
form.addEventListener('change', (event) => {
  if (event.target.name === 'words' || event.target.name === 'sender') return;
  keep();
  void find();
});
form.addEventListener('reset', () => {
  // At once: later, it would take the focus from a field that is filled meanwhile.
  form.elements.words.focus();
  setTimeout(() => { keep(); void find(); }, 0);
});
more.addEventListener('click', () => showMore(words));
addEventListener('hashchange', restore);
addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.target.matches('input, select')) return;
  event.preventDefault();
  form.elements.words.focus();
});
restore();
}
`;
