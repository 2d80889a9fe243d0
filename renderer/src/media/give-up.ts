/**
 * Stops loading a picture that has left the view. Otherwise the visible pictures would wait for it, since a browser sends few requests to a
 * server at once. Its address is emptied, not removed: if the address is removed during loading, Chromium keeps the image for ever, and with
 * it all elements around it.
 */
export function giveUp(image: Pick<HTMLImageElement, 'complete' | 'src'>): () => void {
  return () => {
    if (!image.complete) {
      image.src = '';
    }
  };
}
