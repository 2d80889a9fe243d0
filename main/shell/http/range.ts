/** Which bytes a request asks for (RFC 9110 §14). Pure. */

export type Wanted =
  /** All of it: no range, one that is not understood, or several at once (which a server may answer with the whole). */
  | { readonly kind: 'whole' }
  /** Inclusive at both ends. */
  | { readonly kind: 'part'; readonly start: number; readonly end: number }
  | { readonly kind: 'unsatisfiable' };

const WHOLE: Wanted = { kind: 'whole' };
/** Longer numbers are beyond every file; they are read as that. */
const NUMBER = /^\d{1,30}$/;

export function wantedBytes(header: string | null, size: number): Wanted {
  const [, spec] = /^bytes=(.*)$/i.exec((header ?? '').trim()) ?? [];
  if (spec === undefined || spec.includes(',')) {
    return WHOLE;
  }
  const [first, last, ...rest] = spec.trim().split('-');
  if (first === undefined || last === undefined || rest.length > 0) {
    return WHOLE;
  }
  if (first === '') {
    return NUMBER.test(last) ? suffix(Number(last), size) : WHOLE;
  }
  if (!NUMBER.test(first) || (last !== '' && !NUMBER.test(last))) {
    return WHOLE;
  }
  const start = Number(first);
  const end = last === '' ? Infinity : Number(last);
  if (end < start) {
    return WHOLE;
  }
  return start >= size ? { kind: 'unsatisfiable' } : { kind: 'part', start, end: Math.min(end, size - 1) };
}

function suffix(length: number, size: number): Wanted {
  return length === 0 || size === 0
    ? { kind: 'unsatisfiable' }
    : { kind: 'part', start: Math.max(0, size - length), end: size - 1 };
}
