/** The host's validators of an object at the time of a download. */
export interface ObjectFacts {
  readonly etag: string | null;
  readonly lastModified: string | null;
}

/** A strong ETag, else Last-Modified; a weak ETag must not be used with If-Range (RFC 9110 §13.1.5). Null: nothing proves that more bytes are of the same object. */
export function resumeValidator(facts: ObjectFacts): string | null {
  if (facts.etag !== null && !facts.etag.startsWith('W/')) {
    return facts.etag;
  }
  return facts.lastModified;
}
