import type { MediaFiles } from '../../app/media/media-files.ts';
import { answerMedia, isMediaPath } from './media-answer.ts';
import { answerStatic } from './static-answer.ts';

export interface AnswerPorts {
  readonly files: Pick<MediaFiles, 'media' | 'thumb' | 'download' | 'damaged'>;
  /** Folder of the built renderer. */
  readonly rendererDir: string;
}

/**
 * Everything that a page gets by GET: its own files, media and thumbnails. Knows nothing of who asks; a shell lets in only whom it trusts.
 * Rejects only for faults of the app (a closed index); a shell answers those with 500.
 */
export function createAnswer({ files, rendererDir }: AnswerPorts): (request: Request) => Promise<Response> {
  return (request) =>
    isMediaPath(new URL(request.url).pathname) ? answerMedia(files, request) : answerStatic(rendererDir, request);
}
