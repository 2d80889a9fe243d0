/**
 * What the bench measures inside of the page. Each function here is sent to the page as text: it sees nothing of this module but its own
 * arguments, and the helpers that `install` puts on the window.
 */

export interface Probe {
  /** Resolves in the first frame in which `is` holds, with the time since `from`; rejects after ten seconds. */
  until(from: number, is: () => boolean): Promise<number>;
  /** Tiles in view that are drawn with what they are, or with their picture. */
  inView(what: 'entries' | 'pictures'): boolean;
  /** Rows in view of the list are drawn with what they are. */
  rowsInView(): boolean;
  tasks: number[];
  frames: number[];
}

/** As a hand turns the wheel: some 3,600 pixels a second. */
export const HAND = { step: 60, ms: 8000 };

declare global {
  interface Window {
    probe: Probe;
  }
}

/** Puts the probe on the window. Runs in the page. */
export function install(): void {
  const tasks: number[] = [];
  new PerformanceObserver((list) => {
    tasks.push(...list.getEntries().map((entry) => entry.duration));
  }).observe({ type: 'longtask', buffered: false });
  window.probe = {
    tasks,
    frames: [],
    until: (from, is) =>
      new Promise((done, fail) => {
        const look = (): void => {
          if (is()) {
            done(performance.now() - from);
          } else if (performance.now() - from > 10_000) {
            fail(new Error('Nothing came in ten seconds.'));
          } else {
            requestAnimationFrame(look);
          }
        };
        look();
      }),
    rowsInView: () => {
      const box = document.querySelector('.box');
      if (box === null) {
        return false;
      }
      // A row has 40 pixels; the headings above them have 33 and stay.
      const [from, to] = [box.scrollTop, box.scrollTop + box.clientHeight - 33];
      const rows = [...box.querySelectorAll<HTMLElement>('[role=rowgroup] > [role=row]')].filter((row) => {
        const top = parseFloat(row.style.top);
        return top + 40 > from && top < to;
      });
      const whole = Math.floor((box.clientHeight - 33) / 40);
      return rows.length >= whole && rows.every((row) => row.getAttribute('aria-busy') === null);
    },
    inView: (what) => {
      const box = document.querySelector('.box');
      if (box === null) {
        return false;
      }
      const [from, to] = [box.scrollTop, box.scrollTop + box.clientHeight];
      // Places from the style, not from the layout: looking must not cost what is measured.
      const rows = [...document.querySelectorAll<HTMLElement>('.box [role=row]')].filter((row) => {
        const top = parseFloat(row.style.top);
        return top + parseFloat(row.style.height) > from && top < to;
      });
      return (
        rows.length > 0 &&
        rows.every(
          (row) =>
            row.getAttribute('aria-busy') === null &&
            (what === 'entries' || row.querySelector('img.media:not(.there)') === null),
        )
      );
    },
  };
}

/** Presses the scrubber at a share of its height. Answers ms until every tile in view is drawn, and until every picture is there. */
export async function jump(share: number): Promise<{ tiles: number; pictures: number }> {
  const scrubber = document.querySelector('[role=slider]');
  const box = scrubber?.getBoundingClientRect();
  if (scrubber === null || scrubber === undefined || box === undefined) {
    throw new Error('There is no scrubber.');
  }
  const at = {
    clientX: box.left + box.width / 2,
    clientY: box.top + 20 + share * (box.height - 40),
    pointerId: 1,
    bubbles: true,
  };
  const from = performance.now();
  // A pointer of a script cannot be captured.
  scrubber.setPointerCapture = () => undefined;
  scrubber.dispatchEvent(new PointerEvent('pointerdown', at));
  scrubber.dispatchEvent(new PointerEvent('pointerup', at));
  await new Promise((done) => requestAnimationFrame(done));
  const tiles = await window.probe.until(from, () => window.probe.inView('entries'));
  return { tiles, pictures: await window.probe.until(from, () => window.probe.inView('pictures')) };
}

/** Goes to an address of the timeline. Answers ms until its count and every tile in view are drawn. */
export async function filter(hash: string): Promise<number> {
  const before = document.querySelector('[role=grid]');
  const from = performance.now();
  window.location.hash = hash;
  return window.probe.until(
    from,
    () =>
      document.querySelector('.count') !== null &&
      (document.querySelector('.empty') !== null ||
        (document.querySelector('[role=grid]') !== before && window.probe.inView('entries'))),
  );
}

/** Types into the search box as a person who ends with `text`. Answers ms from the last letter to its results. */
export async function search(text: string): Promise<number> {
  const field = document.querySelector<HTMLInputElement>('#search');
  if (field === null) {
    throw new Error('There is no search box.');
  }
  field.value = text;
  const from = performance.now();
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  return window.probe.until(
    from,
    () =>
      document.querySelector('h1')?.textContent.includes(`“${text}”`) === true &&
      (document.querySelector('mark') !== null || document.querySelector('.empty') !== null),
  );
}

/** Opens what lies beside the opened picture. Answers ms until it is there, sharp. */
export async function next(): Promise<number> {
  const before = document.querySelector<HTMLImageElement>('#viewer img.full')?.src;
  const from = performance.now();
  window.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
  return window.probe.until(from, () => {
    const image = document.querySelector<HTMLImageElement>('#viewer img.full');
    return image !== null && image.src !== before && image.complete && image.naturalWidth > 0;
  });
}

/** Scrolls by `step` pixels a frame for a time, or to the end. Answers tasks over 50 ms, frames, and those that came late. */
export async function scroll({
  step,
  ms,
}: {
  step: number;
  ms: number;
}): Promise<{ tasks: number[]; frames: number; late: number; end: boolean }> {
  const box = document.querySelector('.box');
  if (box === null) {
    throw new Error('There is no grid.');
  }
  const { probe } = window;
  probe.tasks.length = 0;
  const frames: number[] = [];
  const from = performance.now();
  let last = from;
  let end = false;
  await new Promise<void>((done) => {
    const frame = (now: number): void => {
      frames.push(now - last);
      last = now;
      const before = box.scrollTop;
      box.scrollTop += step;
      end = box.scrollTop === before;
      if (end || now - from > ms) {
        done();
      } else {
        requestAnimationFrame(frame);
      }
    };
    requestAnimationFrame(frame);
  });
  // Observers hear of a task after it.
  await new Promise((done) => setTimeout(done, 300));
  return { tasks: [...probe.tasks], frames: frames.length, late: frames.filter((gap) => gap > 25).length, end };
}
