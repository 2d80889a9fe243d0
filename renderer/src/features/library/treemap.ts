/** Squares whose areas follow their values, in a box. Pure. */

export interface Area {
  readonly index: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The worst side ratio of a strip of values laid along a side. */
function worst(strip: readonly number[], side: number): number {
  const sum = strip.reduce((total, value) => total + value, 0);
  const most = Math.max(...strip);
  const least = Math.min(...strip);
  return Math.max((side * side * most) / (sum * sum), (sum * sum) / (side * side * least));
}

/** Lays out values (descending) so that each area is as near a square as can be had by adding strips along the shorter side. */
export function treemap(values: readonly number[], width: number, height: number): Area[] {
  const total = values.reduce((sum, value) => sum + value, 0);
  if (total <= 0 || width <= 0 || height <= 0) {
    return [];
  }
  const scaled = values.map((value) => (value * width * height) / total).filter((value) => value > 0);
  const areas: Area[] = [];
  let box = { x: 0, y: 0, width, height };
  let next = 0;
  while (next < scaled.length) {
    const side = Math.min(box.width, box.height);
    let strip = [scaled[next] ?? 0];
    while (next + strip.length < scaled.length) {
      const longer = [...strip, scaled[next + strip.length] ?? 0];
      if (worst(longer, side) > worst(strip, side)) {
        break;
      }
      strip = longer;
    }
    const sum = strip.reduce((part, value) => part + value, 0);
    const thick = sum / Math.max(side, Number.EPSILON);
    let along = 0;
    for (const [index, value] of strip.entries()) {
      const long = value / thick;
      areas.push(
        box.width >= box.height
          ? { index: next + index, x: box.x, y: box.y + along, width: thick, height: long }
          : { index: next + index, x: box.x + along, y: box.y, width: long, height: thick },
      );
      along += long;
    }
    box =
      box.width >= box.height
        ? { ...box, x: box.x + thick, width: box.width - thick }
        : { ...box, y: box.y + thick, height: box.height - thick };
    next += strip.length;
  }
  return areas;
}
