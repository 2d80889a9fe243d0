/**
 * For a picture that goes: what is not seen any more is not loaded any more. What one looks at now would wait for it, since a browser asks a
 * server for few things at once. Its address is emptied, not taken away: Chromium keeps an image for ever whose address is taken while it loads,
 * and with it all that it stood in.
 */
export function giveUp(image: Pick<HTMLImageElement, 'complete' | 'src'>): () => void {
  return () => {
    if (!image.complete) {
      image.src = '';
    }
  };
}
