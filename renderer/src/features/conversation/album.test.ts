import { expect, test } from 'vitest';
import { albumRows, albumTiles } from './album.ts';

test('rows hold all items, at most three each, without a lone last one', () => {
  for (let count = 0; count < 40; count += 1) {
    const rows = albumRows(count);
    expect(rows.reduce((sum, row) => sum + row, 0)).toBe(count);
    expect(Math.max(0, ...rows)).toBeLessThanOrEqual(3);
    expect(count > 1 && rows.at(-1) === 1).toBe(false);
  }
});

test('the tiles of a row fill its width', () => {
  const tiles = albumTiles([1.5, 1, 0.75, 1.2, 1], 460, 4);
  expect(tiles.map((tile) => tile.index)).toEqual([0, 1, 2, 3, 4]);
  expect((tiles[0]?.width ?? 0) + (tiles[1]?.width ?? 0) + 4).toBe(460);
  expect(tiles[0]?.height).toBe(tiles[1]?.height);
});

test('a lone picture keeps its ratio', () => {
  const [tile] = albumTiles([0.66], 460, 4);
  expect(tile).toEqual({ index: 0, width: 198, height: 300 });
});
