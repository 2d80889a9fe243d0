/** Style and script of the offline gallery; a page carries both, named by their hashes in its policy. */

export const PAGE_STYLE = `
:root{color-scheme:light dark;--bg:#fff;--fg:#1c1c1e;--soft:#6a6a70;--line:#dcdce0;--them:#f0f0f2;--me:#dfeaf8;--accent:#1f5fbf}
@media screen and (prefers-color-scheme:dark){:root{--bg:#141416;--fg:#ececee;--soft:#a0a0a8;--line:#36363c;--them:#242428;--me:#1f3048;--accent:#7db2ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,sans-serif}
header{position:sticky;top:0;z-index:1;display:flex;flex-wrap:wrap;align-items:center;gap:8px 16px;padding:8px 16px;background:var(--bg);border-bottom:1px solid var(--line)}
h1{font-size:18px;margin:0;overflow-wrap:anywhere}
h2{font-size:14px;font-weight:600;color:var(--soft);text-align:center;margin:16px 0 8px}
header>span,small,footer{color:var(--soft);font-size:14px}
nav{display:flex;gap:16px;margin-inline-start:auto}
main{max-width:1200px;margin:0 auto;padding:8px 16px}
footer{padding:16px}
a{color:var(--accent)}
a:focus-visible,button:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
button{font:inherit;color:inherit;background:var(--them);border:1px solid var(--line);border-radius:4px;padding:4px 12px}
.index{padding:48px 24px 24px}
.index h1{font-size:36px;line-height:1.2;letter-spacing:-.02em}
.index>p{margin:8px 0 32px;color:var(--soft)}
.chats{list-style:none;padding:0;margin:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(min(300px,100%),1fr));gap:32px 24px}
.chats>li>a{display:grid;gap:2px;color:var(--fg);text-decoration:none;overflow-wrap:anywhere}
.chats>li>a:hover bdi{text-decoration:underline}
.chats bdi{font-weight:600}
.chats span{color:var(--soft);font-size:14px}
.chats .cover{display:grid;gap:2px;aspect-ratio:3/2;margin-bottom:8px;border-radius:12px;overflow:hidden;background:var(--line);grid-template:1fr 1fr 1fr/3fr 1fr}
.cover img{width:100%;height:100%;min-height:0;object-fit:cover;display:block}
.cover img:first-child{grid-row:1/-1}
.cover.n1{grid-template:1fr/1fr}
.cover.n2{grid-template:1fr/1fr 1fr}
.cover.n3{grid-template:1fr 1fr/2fr 1fr}
article{max-width:640px;margin:8px 0;padding:8px;border-radius:12px;background:var(--them);overflow-wrap:anywhere}
article:target{outline:3px solid var(--accent);outline-offset:2px;scroll-margin-top:120px}
article.me{margin-inline-start:auto;background:var(--me)}
article p{margin:8px 4px;white-space:pre-wrap}
article small{margin:0 4px}
blockquote{margin:0 4px 8px;padding-inline-start:8px;border-inline-start:3px solid var(--line);color:var(--soft);white-space:pre-wrap}
.media{display:grid;grid-template-columns:repeat(auto-fill,minmax(160px,1fr));gap:4px}
.tile{position:relative;display:flex;flex-direction:column;align-items:center;justify-content:center;gap:4px;aspect-ratio:1;overflow:hidden;border-radius:4px;background:var(--line);color:var(--fg);text-decoration:none;font-size:13px;text-align:center}
.tile img{width:100%;height:100%;object-fit:cover;display:block}
.sign{font-size:32px}
.tile video{position:absolute;inset:0;width:100%;height:100%;object-fit:cover}
.still .sign{display:none}
.length{font-variant-numeric:tabular-nums}
.still .length{position:absolute;inset-block-end:6px;inset-inline-end:6px;padding:0 6px;border-radius:4px;background:#000a;color:#fff}
.still .length::before{content:'\\25b6\\fe0e ';font-size:9px}
.tile .why,#stage .why{padding:0 8px}
#stage .why{text-align:center}
#stage .why a{display:inline-block;margin-top:12px}
.heart{position:absolute;inset-block-start:4px;inset-inline-end:4px;width:24px;height:24px;border-radius:50%;background:var(--bg);color:var(--fg);font-size:14px;line-height:24px}
.remark{border-inline-start:3px solid var(--accent);padding-inline-start:8px;font-size:14px}
.remark bdi{color:var(--soft)}
details{margin:8px 4px;font-size:14px}
summary{cursor:pointer;color:var(--soft)}
summary:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.pages{list-style:none;padding:0;margin:8px 0 16px;columns:260px}
.pages a{display:block;padding:4px 0}
.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(160px,1fr));gap:4px}
.grid h2{grid-column:1/-1}
.grid article,.grid .media{display:contents}
.grid p,.grid small,.grid blockquote,.grid details{display:none}
dialog{width:100vw;height:100vh;height:100dvh;max-width:none;max-height:none;border:0;padding:0;background:#111;color:#eee;overflow:hidden}
dialog a{color:#7db2ff}
#stage{height:calc(100% - 48px);display:flex;align-items:center;justify-content:center;touch-action:pan-y pinch-zoom}
#stage img,#stage video{max-width:100%;max-height:100%}
#caption{margin:0;padding:12px 16px;font-size:14px;color:#bbb;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
dialog button{position:absolute;width:44px;height:44px;padding:0;border:0;border-radius:50%;background:#222c;color:#fff;font-size:26px;line-height:40px;cursor:pointer}
dialog button:hover{background:#444}
dialog button:disabled{opacity:.3}
dialog :focus-visible{outline-color:#7db2ff}
#close{inset-block-start:12px;inset-inline-end:12px}
#before,#after{inset-block-start:calc(50% - 46px)}
#before{inset-inline-start:12px}
#after{inset-inline-end:12px}
.none{border:1px dashed var(--soft);background:none;color:var(--soft)}
@media print{:root{color-scheme:light}@page{margin:14mm}body{font-size:10.5pt}header{position:static;padding:0 0 8px}nav,button,dialog,.find,footer>nav{display:none}main,footer{padding:8px 0}h2{break-after:avoid}article,article.me{max-width:none;margin:6px 0;break-inside:avoid;border:1px solid var(--line);background:none}article.me{border-inline-start:3px solid var(--accent)}article:target{outline:none}article.long{break-inside:auto}.media{grid-template-columns:repeat(auto-fill,minmax(200px,1fr))}.tile img{object-fit:contain}details::details-content{content-visibility:visible;block-size:auto}summary{list-style:none}.chats>li>a,#found li{break-inside:avoid}}
`;

export const PAGE_SCRIPT = `
'use strict';
const tiles = [...document.querySelectorAll('.tile[href]')];
const items = document.getElementById('items');
const view = document.getElementById('view');
const viewer = document.getElementById('viewer');
const stage = document.getElementById('stage');
const before = document.getElementById('before');
const after = document.getElementById('after');
let shown = -1;
const words = { image: 'This picture cannot be shown here.', video: 'This video cannot be played here.', audio: 'This audio cannot be played here.' };
function wordsFor(type) {
  const why = document.createElement('p');
  why.className = 'why';
  why.textContent = words[type];
  return why;
}
// A format that this browser does not know, or a damaged file: words instead of a broken picture.
function giveWords(image) {
  if (image instanceof HTMLImageElement && image.closest('.tile')) image.replaceWith(wordsFor('image'));
}
document.addEventListener('error', (event) => giveWords(event.target), true);
for (const image of document.querySelectorAll('.tile img')) if (image.complete && image.naturalWidth === 0) giveWords(image);
// A film's tile shows its first picture, once it is seen.
const seen = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) continue;
    seen.unobserve(target);
    const film = document.createElement('video');
    Object.assign(film, { muted: true, playsInline: true, preload: 'metadata', tabIndex: -1 });
    film.addEventListener('loadeddata', () => target.classList.add('still'));
    film.addEventListener('error', () => film.remove());
    film.src = target.href + '#t=0.1';
    target.prepend(film);
  }
}, { rootMargin: '200px' });
for (const tile of document.querySelectorAll('.tile.video')) seen.observe(tile);
function setGrid(on) {
  items.classList.toggle('grid', on);
  view.setAttribute('aria-pressed', String(on));
}
function show(index) {
  const tile = tiles[index];
  if (!tile) return;
  shown = index;
  const type = tile.dataset.type;
  const media = document.createElement(type === 'image' ? 'img' : type);
  if (type !== 'image') { media.controls = true; media.autoplay = true; }
  media.addEventListener('error', () => {
    const why = wordsFor(type);
    const open = document.createElement('a');
    open.href = tile.href;
    open.textContent = 'Open file';
    why.append(document.createElement('br'), open);
    if (media.isConnected) stage.replaceChildren(why);
  });
  media.src = tile.href;
  media.setAttribute(type === 'image' ? 'alt' : 'aria-label', tile.getAttribute('aria-label'));
  stage.replaceChildren(media);
  document.getElementById('caption').textContent = tile.getAttribute('aria-label') + ' (' + (index + 1) + ' of ' + tiles.length + ')';
  before.disabled = index === 0;
  after.disabled = index === tiles.length - 1;
  if (!viewer.open) viewer.showModal();
}
function step(by) {
  show(Math.min(tiles.length - 1, Math.max(0, shown + by)));
}
if (viewer) {
  for (const [index, tile] of tiles.entries()) {
    tile.addEventListener('click', (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      show(index);
    });
  }
  viewer.addEventListener('close', () => { stage.replaceChildren(); tiles[shown]?.focus(); });
  viewer.addEventListener('click', (event) => { if (event.target === stage) viewer.close(); });
  before.addEventListener('click', () => step(-1));
  after.addEventListener('click', () => step(1));
  document.getElementById('close').addEventListener('click', () => viewer.close());
  let from = null;
  stage.addEventListener('touchstart', ({ touches }) => { from = touches.length === 1 ? touches[0] : null; }, { passive: true });
  stage.addEventListener('touchend', ({ changedTouches: [to] }) => {
    if (from === null) return;
    const across = to.clientX - from.clientX;
    const down = to.clientY - from.clientY;
    from = null;
    if (Math.abs(across) > 48 && Math.abs(across) > Math.abs(down) * 2) step(across < 0 ? 1 : -1);
    else if (down > 96 && down > Math.abs(across) * 2) viewer.close();
  });
  view.addEventListener('click', () => setGrid(view.getAttribute('aria-pressed') !== 'true'));
  if (location.hash === '#grid') setGrid(true);
}
document.addEventListener('keydown', (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.target instanceof HTMLMediaElement) return;
  const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
  if (by !== 0 && viewer) {
    if (viewer.open) step(by);
    else tiles[Math.min(tiles.length - 1, Math.max(0, tiles.indexOf(document.activeElement) + by))]?.focus();
    event.preventDefault();
  } else if (event.key === 'g' && view) {
    view.click();
  } else if (event.key === 'n' || event.key === 'p') {
    document.querySelector(event.key === 'n' ? 'a[rel=next]' : 'a[rel=prev]')?.click();
  }
});
`;
