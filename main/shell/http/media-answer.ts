import type { MediaFiles } from '../../app/media-files.ts';
import { parseMediaUrl } from '../../contract/media-url.ts';
import { answerFile } from './file-answer.ts';
import { NOT_ALLOWED, plain } from './headers.ts';

/** The paths that this answers. */
export const isMediaPath = (path: string): boolean => path.startsWith('/media/') || path.startsWith('/thumb/');

/** Answers `/media/<account>/<id>/<variant>` and `/thumb/<account>/<id>/<height>`: ids only, exactly in these forms. */
export async function answerMedia(
  files: Pick<MediaFiles, 'media' | 'thumb' | 'damaged'>,
  request: Request,
): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return NOT_ALLOWED();
  }
  const wanted = parseMediaUrl(new URL(request.url).pathname);
  if (wanted === null) {
    return plain(404);
  }
  const { accountId, mediaId } = wanted;
  const file =
    wanted.kind === 'media'
      ? await files.media(accountId, mediaId, wanted.variant)
      : await files.thumb(accountId, mediaId, wanted.height);
  if (file === null) {
    return plain(404);
  }
  return await answerFile(request, file, () => {
    files.damaged(accountId, mediaId);
  });
}
