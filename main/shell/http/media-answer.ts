import type { MediaFiles, ServedFile } from '../../app/media/media-files.ts';
import { parseMediaUrl, type MediaUrl } from '../../contract/media-url.ts';
import { answerFile } from './file-answer.ts';
import { NOT_ALLOWED, plain } from './headers.ts';

/** The paths that this answers. */
export const isMediaPath = (path: string): boolean => path.startsWith('/media/') || path.startsWith('/thumb/');

/** Answers `/media/<account>/<id>/<variant>` and `/thumb/<account>/<id>/<height>`: ids only, exactly in these forms. */
export async function answerMedia(
  files: Pick<MediaFiles, 'media' | 'thumb' | 'download' | 'damaged'>,
  request: Request,
): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return NOT_ALLOWED();
  }
  const { pathname, search } = new URL(request.url);
  const wanted = parseMediaUrl(pathname);
  if (wanted === null) {
    return plain(404);
  }
  const answer = async (isLast: boolean): Promise<Response> => {
    const file = await fileOf(files, wanted, search === '?download');
    if (file === null) {
      return plain(404);
    }
    const isStored = file.bytes !== null;
    const response = await answerFile(request, file, () => {
      if (isStored) {
        files.damaged(wanted.accountId, wanted.mediaId);
      }
    });
    // A small picture was cleared away after it was found: it is drawn again.
    return !isStored && response.status === 410 && !isLast ? await answer(true) : response;
  };
  return await answer(false);
}

/** The query `?download` counts for the file itself alone; every other query is ignored. */
function fileOf(
  files: Pick<MediaFiles, 'media' | 'thumb' | 'download'>,
  wanted: MediaUrl,
  download: boolean,
): Promise<ServedFile | null> {
  const { accountId, mediaId } = wanted;
  if (wanted.kind === 'thumb') {
    return files.thumb(accountId, mediaId, wanted.height);
  }
  return download && wanted.variant === 'full'
    ? files.download(accountId, mediaId)
    : files.media(accountId, mediaId, wanted.variant);
}
