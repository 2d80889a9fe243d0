/**
 * The same library in a plain scroller: pages of 200 are asked for one after the other as the end comes near, and every tile stays in the
 * document. What most galleries do first, and what the grid is held against.
 */

/** Replaces the page by the plain scroller. Runs in the page. */
export function naive(): void {
  document.body.innerHTML =
    '<div id="naive" style="height:100vh;overflow:auto"><div id="list" style="display:flex;flex-wrap:wrap;gap:4px"></div></div>';
}

/**
 * A page with nothing of the app on it, for holding late frames against: `empty`, or `pictures`, the same thumbnails put there once and for
 * all. What is late here is the browser's own drawing and whatever else the machine does. Runs in the page.
 */
export async function bare(kind: 'empty' | 'pictures'): Promise<void> {
  const box = document.createElement('div');
  box.className = 'box';
  box.style.cssText = 'height:100vh;overflow:auto';
  const sheet = document.createElement('div');
  sheet.style.cssText = kind === 'empty' ? 'height:1000000px' : 'display:flex;flex-wrap:wrap;gap:4px';
  box.append(sheet);
  document.body.replaceChildren(box);
  if (kind === 'empty') {
    return;
  }
  const filter = {
    accountId: null,
    chatIds: [],
    kinds: ['photo'],
    states: ['stored'],
    from: null,
    to: null,
    sender: null,
    text: null,
  };
  const response = await fetch('/rpc/media.page', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ filter, after: null, limit: 200 }),
  });
  const answer = (await response.json()) as { value: { rows: { accountId: number; id: number }[] } };
  for (let round = 0; round < 15; round += 1) {
    for (const row of answer.value.rows) {
      const image = document.createElement('img');
      image.style.cssText = 'height:144px;width:180px;object-fit:cover';
      image.src = `/thumb/${String(row.accountId)}/${String(row.id)}/160`;
      sheet.append(image);
    }
  }
  const last = sheet.lastElementChild;
  if (last instanceof HTMLImageElement) {
    await last.decode();
  }
}

/**
 * Scrolls down until so many items are in the document. Answers ms, the tasks over 50 ms and the heap. Runs in the page.
 */
export async function reach(items: number): Promise<{ ms: number; tasks: number[]; items: number }> {
  const box = document.querySelector('#naive');
  const list = document.querySelector('#list');
  if (box === null || list === null) {
    throw new Error('There is no plain scroller.');
  }
  const filter = {
    accountId: null,
    chatIds: [],
    kinds: [],
    states: [],
    from: null,
    to: null,
    sender: null,
    text: null,
  };
  window.probe.tasks.length = 0;
  const from = performance.now();
  let after: string | null = null;
  while (list.childElementCount < items) {
    const response: Response = await fetch('/rpc/media.page', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ filter, after, limit: 200 }),
    });
    const answer = (await response.json()) as {
      value: { rows: { accountId: number; id: number; thumb: boolean }[]; next: string | null };
    };
    for (const row of answer.value.rows) {
      const tile = document.createElement('button');
      tile.style.cssText = 'height:144px;min-width:100px;background:#ddd';
      if (row.thumb) {
        const image = document.createElement('img');
        image.src = `/thumb/${String(row.accountId)}/${String(row.id)}/160`;
        image.style.height = '144px';
        tile.append(image);
      }
      list.append(tile);
    }
    box.scrollTop = box.scrollHeight;
    await new Promise((done) => requestAnimationFrame(done));
    ({ next: after } = answer.value);
    if (after === null) {
      break;
    }
  }
  return { ms: performance.now() - from, tasks: [...window.probe.tasks], items: list.childElementCount };
}
