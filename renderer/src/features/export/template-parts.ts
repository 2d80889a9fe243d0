/** A template as its field shows it: pieces that are marked, and tokens put in where the caret stands. Pure; what is wrong the app says. */
import { EXPORT_TOKENS, type ExportToken } from '../../../../main/contract/export-shapes.ts';

export interface TemplatePiece {
  readonly text: string;
  readonly is: 'text' | 'token' | 'unknown';
}

const isToken = (name: string): name is ExportToken => EXPORT_TOKENS.some((token) => token === name);

const PIECES = /\{\{|\}\}|\{[^{}]*\}?|\}|[^{}]+/gu;

/** The pieces in their order; joined they are the template. A brace without its other half is unknown. */
export function piecesOf(template: string): TemplatePiece[] {
  const pieces: TemplatePiece[] = [];
  for (const [text] of template.matchAll(PIECES)) {
    const is = kindOf(text);
    const last = pieces.at(-1);
    if (last?.is === 'text' && is === 'text') {
      pieces[pieces.length - 1] = { text: last.text + text, is };
    } else {
      pieces.push({ text, is });
    }
  }
  return pieces;
}

function kindOf(text: string): TemplatePiece['is'] {
  if (text === '{{' || text === '}}' || !/^[{}]/.test(text)) {
    return 'text';
  }
  const [, name = ''] = /^\{\s*([^:|{}]*?)\s*(?:[:|].*)?\}$/u.exec(text) ?? [];
  return isToken(name) ? 'token' : 'unknown';
}

/** The text that help inserts for a token; dates get the pattern that sorts. */
export const tokenText = (token: ExportToken): string =>
  token === 'date' || token === 'localDate' ? `{${token}:yyyy-MM-dd}` : `{${token}}`;

export interface Edit {
  readonly text: string;
  /** Where the caret stands afterwards. */
  readonly caret: number;
}

/** Puts words in the place of what is marked from `start` to `end`, which never cuts a token in two: within one they go behind it. */
export function insertAt(template: string, start: number, end: number, words: string): Edit {
  let at = 0;
  let from = start;
  let to = end;
  for (const { text, is } of piecesOf(template)) {
    const next = at + text.length;
    if (is !== 'text') {
      if (start === end && start > at && start < next) {
        from = next;
        to = next;
      } else if (start < end) {
        from = start > at && start < next ? at : from;
        to = end > at && end < next ? next : to;
      }
    }
    at = next;
  }
  return { text: template.slice(0, from) + words + template.slice(to), caret: from + words.length };
}
