/**
 * For a picture that goes: what is not seen any more is not loaded any more. What one looks at now would wait for it, since a browser asks a
 * server for few things at once.
 */
export function giveUp(image: Pick<HTMLImageElement, 'complete' | 'removeAttribute'>): () => void {
  return () => {
    if (!image.complete) {
      image.removeAttribute('src');
    }
  };
}
