/** Puts a picture on the clipboard as PNG, the one form every program takes. False where the page may not, or the picture cannot be read. */
export async function copyPicture(url: string): Promise<boolean> {
  if (typeof ClipboardItem === 'undefined') {
    return false;
  }
  try {
    // A promise in the item: the right to write is asked while the press is still fresh.
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': pngOf(url) })]);
    return true;
  } catch {
    return false;
  }
}

async function pngOf(url: string): Promise<Blob> {
  const response = await fetch(url);
  const picture = await createImageBitmap(await response.blob());
  try {
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    canvas.getContext('2d')?.drawImage(picture, 0, 0);
    return await canvas.convertToBlob({ type: 'image/png' });
  } finally {
    picture.close();
  }
}
