/** Errors of media downloads. Messages carry the host and a code, never a path or query: a media URL is a secret until it expires. */

const MEDIA_ERROR_CODES = [
  'url_refused',
  'redirect_refused',
  'network',
  'timeout',
  'stalled',
  'bad_response',
  'proxy',
  'certificate',
  'too_large',
  'aborted',
] as const;
export type MediaErrorCode = (typeof MEDIA_ERROR_CODES)[number];

const SAID: Readonly<Record<MediaErrorCode, string>> = {
  url_refused: 'the address of the media may not be fetched',
  redirect_refused: 'the redirect of the media host is not followed',
  network: 'the connection to the media host failed',
  timeout: 'the media host did not answer in time',
  stalled: 'the media host stopped sending',
  bad_response: 'the answer of the media host could not be read',
  proxy: 'the proxy of this network does not let the request through',
  certificate: 'the certificate shown for the media host is not trusted',
  too_large: 'the media is larger than allowed here',
  aborted: 'the download was cancelled',
};

/** Statuses of the host are no errors here: they are in the response, for the caller knows what they mean for its file. */
export class MediaError extends Error {
  readonly code: MediaErrorCode;
  readonly host: string;
  /** Code of the fault below, such as `ECONNRESET`. */
  readonly detail: string | null;

  constructor(code: MediaErrorCode, host: string, detail: string | null = null) {
    super(`${SAID[code]} (${[host, detail].filter((fact) => fact !== null && fact !== '').join(', ')})`);
    this.name = 'MediaError';
    this.code = code;
    this.host = host;
    this.detail = detail;
  }

  /** The same URL may work at another try. */
  get retryable(): boolean {
    return (
      this.code === 'network' || this.code === 'timeout' || this.code === 'stalled' || this.code === 'bad_response'
    );
  }
}
