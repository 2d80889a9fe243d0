/** How the media of one message lie in its bubble. Pure. */

/** Row lengths for a number of items: at most three in a row, never a lone last one where it can be avoided. */
export function albumRows(count: number): number[] {
  if (count <= 3) {
    return count === 0 ? [] : [count];
  }
  if (count % 3 === 1) {
    return [2, 2, ...Array.from({ length: (count - 4) / 3 }, () => 3)];
  }
  if (count % 3 === 2) {
    return [2, ...Array.from({ length: (count - 2) / 3 }, () => 3)];
  }
  return Array.from({ length: count / 3 }, () => 3);
}

export interface AlbumTile {
  readonly index: number;
  readonly width: number;
  readonly height: number;
}

/** Tiles of an album `width` wide with `gap` between: a row's tiles share its width, and all of a row are one height. */
export function albumTiles(ratios: readonly number[], width: number, gap: number): AlbumTile[] {
  let next = 0;
  return albumRows(ratios.length).flatMap((many) => {
    const row = ratios.slice(next, next + many);
    const first = next;
    next += many;
    const free = width - gap * (row.length - 1);
    const total = row.reduce((sum, ratio) => sum + ratio, 0);
    const height = Math.round(Math.min(300, Math.max(96, free / total)));
    let used = 0;
    return row.map((ratio, index) => {
      const last = index === row.length - 1;
      const tile =
        row.length === 1
          ? Math.min(free, Math.round(height * ratio))
          : last
            ? free - used
            : Math.round((free * ratio) / total);
      used += tile;
      return { index: first + index, width: tile, height };
    });
  });
}
