import { type Migration } from './migration.ts';

/**
 * The colour of a picture, for tiles that are scrolled past before their picture comes.
 *
 * - `media.colour`: `grid-shape.ts`; 0 = looked at, there is no picture to draw. NULL = not looked at yet: `media_uncoloured` finds these,
 *   and is empty once all were. Nothing is read here: an app that rests looks at them by and by.
 * - `item.ratio` becomes `look`: the shape and, above its byte, the colour. The rows stay as they are, and so does the index that lists them.
 */
export const colours: Migration = {
  version: 140,
  up(db) {
    db.exec(`
ALTER TABLE media ADD COLUMN colour INTEGER;
CREATE INDEX media_uncoloured ON media (key) WHERE colour IS NULL;
ALTER TABLE item RENAME COLUMN ratio TO look;
ALTER TABLE removed_item RENAME COLUMN ratio TO look;
`);
  },
};
