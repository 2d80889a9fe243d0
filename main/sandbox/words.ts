/** Names and message texts: plain, marked up, hostile, right to left (API facts §3: text is an HTML fragment). */
import { pick, share, weighted } from './random.ts';

const NAMES: readonly [string, ...string[]] = [
  'Harbour Studio',
  'North Light 🌅',
  'استوديو المرفأ',
  'Atelier Nine',
  'Paper Lantern 🏮✨',
  'Tidewater',
  'גלריית הים',
  'Cobalt Room',
  'Slow Morning ☕️',
  'Kiln & Clay',
  'Open Window',
  '静かな朝',
  'Müller & Søn',
  '<b>Bold</b> Pictures',
  'Zoë 👩🏽‍🎨 Ångström',
  `The Very Long Name of a Studio by the Sea ${'and Its Many Rooms '.repeat(13)}`,
];

/** The display name of a chat's other party before anyone renamed it. */
export function nameOf(chat: number): string {
  const name = NAMES[chat % NAMES.length] ?? NAMES[0];
  return chat < NAMES.length ? name : `${name} ${Math.floor(chat / NAMES.length) + 1}`;
}

export function usernameOf(chat: number): string {
  return `studio${String(chat + 1).padStart(3, '0')}`;
}

const OPENINGS = [
  'First light over the water.',
  'The fog stayed until four, then the far shore opened.',
  'Three frames from the long walk.',
  'New set from the north room.',
  'The kiln came out well this week.',
  'Rain on the roof all afternoon, so: still life.',
  'Snow came early to the pass.',
  'A quiet one from the dunes.',
  'The street was empty at six.',
  'Tests with the old lens.',
] as const;
const CLOSINGS = [
  'Which one for the cover?',
  'More tomorrow.',
  'The wide one is it.',
  'Is there a frame with less sky?',
  'Sending the rest tonight.',
  'Let me know.',
  'The second is my favourite.',
  'Prints are ready on Friday.',
] as const;

function plain(a: number, b: number): string {
  return `${pick(OPENINGS, a)} ${pick(CLOSINGS, b)}`;
}

/** Texts that break careless readers; each is listed so that a test can look for all of them. */
export const ODD_TEXTS = [
  '<p>Look <script>alert("chatkeep")</script>here<img src=x onerror="alert(1)"></p>',
  '<p>Prices &amp; dates: 5 &lt; 7 &gt; 3, &quot;soon&quot; &#8212; caf&eacute;&nbsp;at&nbsp;9</p>',
  '<p>**bold** _soft_ `code` [a link](https://example.com/?a=1&amp;b=2) # not a heading</p>',
  '<p>Such a good day 😀👩‍👩‍👧‍👦🇳🇴 thank you 🙏🏽</p>',
  '<p>صباح الخير، هذه الصور الجديدة من الميناء</p>',
  '<p>שלום, הנה התמונות <b>החדשות</b> (123)</p>',
  '<p>One line<br />two lines<br>three</p><p>A second paragraph</p>',
  '<p>See <a href="https://example.com/a?b=c" onclick="steal()">the list</a> and www.example.com</p>',
  '<p>unclosed <b>tags and a stray </i> & an ampersand',
  "'; DROP TABLE message; -- \u202Etxt.gpj",
] as const;

/** Every so many messages an odd text comes, in turn, so that no seed lacks one. */
const ODD_EVERY = 7;

/** The HTML of a message; '' for about a third of those that carry media. */
export function textOf(seed: number, chat: number, index: number, hasMedia: boolean): string {
  const turn = index + chat + (seed % ODD_EVERY);
  if (turn % ODD_EVERY === 0) {
    return ODD_TEXTS[Math.floor(turn / ODD_EVERY + chat * 3) % ODD_TEXTS.length] ?? '';
  }
  const at = (tag: number): number => share(seed, chat, index, 100 + tag);
  const style = weighted(
    [
      [hasMedia ? 38 : 0, 'none'],
      [48, 'plain'],
      [14, 'long'],
    ],
    at(0),
  );
  switch (style) {
    case 'none':
      return '';
    case 'long':
      return `<p>${plain(at(1), at(2))}</p><p>${plain(at(3), at(4))} ${plain(at(5), at(6))}</p>`;
    default:
      return `<p>${plain(at(1), at(2))}</p>`;
  }
}
