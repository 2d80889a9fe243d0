/** Zoom and pan of a picture in its box. Pure: a view is a scale and the offset of the picture's middle from the box's middle, in px. */

export interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const AT_REST: View = { scale: 1, x: 0, y: 0 };
const MOST = 8;

/** Keeps the picture's edge from leaving the box's edge while it is larger than the box, and centred while it is smaller. */
export function held(view: View, box: Size, picture: Size): View {
  const hold = (offset: number, room: number, length: number): number => {
    const spare = Math.max(0, (length * view.scale - room) / 2);
    return Math.min(spare, Math.max(-spare, offset));
  };
  return { scale: view.scale, x: hold(view.x, box.width, picture.width), y: hold(view.y, box.height, picture.height) };
}

/** Scales by `factor` so that the point under the pointer (from the box's middle) stays there. */
export function zoomed(view: View, factor: number, point: { readonly x: number; readonly y: number }): View {
  const scale = Math.min(MOST, Math.max(1, view.scale * factor));
  const change = scale / view.scale;
  return { scale, x: point.x - (point.x - view.x) * change, y: point.y - (point.y - view.y) * change };
}

/** The size at which a picture of that ratio fits into the box, never above its own pixels times `most`. */
export function fitted(natural: Size, box: Size, most: number): Size {
  if (natural.width <= 0 || natural.height <= 0) {
    return { width: 0, height: 0 };
  }
  const scale = Math.min(box.width / natural.width, box.height / natural.height, most);
  return { width: natural.width * scale, height: natural.height * scale };
}
