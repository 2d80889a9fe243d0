/** Text as glyphs: a face for each character, writing directions, shapes of letters that join. A cluster is what a person sees as one character. */
import bidiFactory from 'bidi-js';
import { Buffer as GlyphBuffer, Direction, shape } from 'harfbuzzjs';
import LineBreaker from 'linebreak';
import type { Face, Faces } from './faces.ts';

/** Lengths in units of the font size. */
interface Glyph {
  readonly id: number;
  readonly advance: number;
  readonly dx: number;
  readonly dy: number;
}

export interface Cluster {
  /** What is read when the page is copied or searched. */
  readonly text: string;
  readonly face: Face;
  /** From left to right. */
  readonly glyphs: readonly Glyph[];
  readonly width: number;
  /** Glyphs run against the order of the text. */
  readonly rtl: boolean;
  /** A character without a glyph: its code point in a frame. */
  readonly boxed: boolean;
}

export interface Placed {
  readonly cluster: Cluster;
  /** Of the Unicode Bidirectional Algorithm: odd ones run from right to left. */
  readonly level: number;
  readonly breakAfter: boolean;
}

export interface Line {
  /** From left to right. */
  readonly clusters: readonly Cluster[];
  readonly width: number;
  readonly rtl: boolean;
}

/** Size of the code point in the frame, and the room around it. */
export const BOX_SCALE = 0.62;
export const BOX_PAD = 0.12;

const bidi = bidiFactory();
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** All of these are in the face of plain text, and each is a cluster of its own. */
const PLAIN =
  /^[ -~\u00a1-\u00ac\u00ae-\u02af\u0386-\u03ff\u0400-\u0482\u048a-\u052f\u2010-\u2015\u2018-\u201e\u2020-\u2022\u2026\u20ac]*$/;
const RTL = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\u200f]/u;
/** Marks that turn the writing can make a text look like another one: they are shown, not obeyed. */
const TURNS = /[\u202a-\u202e\u2066-\u2069]/g;
const SHOWN = /^[\p{Cc}\p{Cs}\p{Co}\u202a-\u202e\u2066-\u2069]$/u;
/** Needs no glyph: joiners, variation selectors, marks of direction. */
const UNSEEN = /^[\u061c\u200b-\u200f\u2060-\u2064\p{Variation_Selector}\ufeff]$/u;
const EMOJI = /\p{Emoji_Presentation}|\p{Emoji}\ufe0f|\p{Regional_Indicator}|\u20e3/u;
/** Letters of these scripts take the spaces and signs around them into their own face. */
const KEEPS: ReadonlySet<string> = new Set(['arabic', 'hebrew', 'devanagari', 'thai']);
const MOST_CACHED = 8_000;

/** The direction of a paragraph: as its first letters have it, or that of the document. */
type Base = 'auto' | 'ltr';

export class Shaper {
  readonly #faces: Faces;
  readonly #buffer = new GlyphBuffer();
  readonly #cache = new Map<string, readonly Cluster[]>();

  constructor(faces: Faces) {
    this.#faces = faces;
  }

  /** The lines of a text, none wider than `width` (in units of the font size) where a cluster fits at all. An empty line stays one. */
  lines(text: string, width: number, weight: 'text' | 'bold' = 'text', base: Base = 'auto'): Line[] {
    return text
      .replaceAll('\t', '    ')
      .split(/\r\n|[\n\r\u2028\u2029\u0085]/)
      .flatMap((paragraph) => this.#paragraph(paragraph, width, weight, base));
  }

  /** One line of the document's own, from left to right, cut at `width` with an ellipsis. */
  line(text: string, width: number, weight: 'text' | 'bold' = 'text'): Line {
    const whole = text.replaceAll(/[\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
    const [first, ...more] = this.lines(whole, width, weight, 'ltr');
    if (first === undefined) {
      return { clusters: [], width: 0, rtl: false };
    }
    if (more.length === 0) {
      return first;
    }
    const dots = this.#shaped(this.#faces.get(weight), false, '\u2026');
    const room = width - widthOf(dots);
    const kept = this.lines(whole, room, weight, 'ltr')[0] ?? first;
    return { clusters: [...kept.clusters, ...dots], width: kept.width + widthOf(dots), rtl: false };
  }

  #paragraph(text: string, width: number, weight: 'text' | 'bold', base: Base): Line[] {
    const { placed, rtl } = this.#place(text, weight, base);
    return brokenAt(placed, width).map((line) => visual(line, rtl));
  }

  #place(
    text: string,
    weight: 'text' | 'bold',
    base: Base,
  ): { readonly placed: readonly Placed[]; readonly rtl: boolean } {
    const placed: Placed[] = [];
    const ends = breaksOf(text);
    if (PLAIN.test(text)) {
      const face = this.#faces.get(weight);
      let from = 0;
      for (const end of ends) {
        this.#add(placed, this.#shaped(face, false, text.slice(from, end)), 0, true);
        from = end;
      }
      return { placed, rtl: false };
    }
    const levels = RTL.test(text) ? bidi.getEmbeddingLevels(text.replaceAll(TURNS, '\ufffc'), base) : null;
    const breaks = new Set(ends);
    let run = '';
    let runFace: Face | null = null;
    let runLevel = 0;
    const flush = (isBreak: boolean): void => {
      if (run !== '' && runFace !== null) {
        this.#add(placed, this.#shaped(runFace, runLevel % 2 === 1, run), runLevel, isBreak);
        run = '';
      }
    };
    let at = 0;
    for (const { segment } of graphemes.segment(text)) {
      const level = levels?.levels[at] ?? 0;
      const face = this.#faceOf(segment, weight, runFace);
      if (face === null) {
        flush(breaks.has(at));
        for (const cluster of this.#boxes(segment)) {
          placed.push({ cluster, level, breakAfter: true });
        }
      } else {
        if (face !== runFace || level !== runLevel || breaks.has(at)) {
          flush(breaks.has(at));
          runFace = face;
          runLevel = level;
        }
        run += segment;
      }
      at += segment.length;
    }
    flush(true);
    return { placed, rtl: (levels?.paragraphs[0]?.level ?? 0) === 1 };
  }

  #add(placed: Placed[], clusters: readonly Cluster[], level: number, isBreak: boolean): void {
    for (const [index, cluster] of clusters.entries()) {
      placed.push({ cluster, level, breakAfter: isBreak && index === clusters.length - 1 });
    }
  }

  /** Null: no face has it. */
  #faceOf(segment: string, weight: 'text' | 'bold', before: Face | null): Face | null {
    const seen = [...segment].filter((char) => !UNSEEN.test(char) && !isTag(segment, char));
    const codes = seen.map(codeOf);
    if (seen.some((char) => SHOWN.test(char))) {
      return null;
    }
    if (codes.length === 0) {
      return before ?? this.#faces.get(weight);
    }
    if (
      before !== null &&
      KEEPS.has(before.name) &&
      /^\p{Script=Common}+$/u.test(segment) &&
      codes.every((code) => before.covered.has(code))
    ) {
      return before;
    }
    return this.#faces.covering(codes, EMOJI.test(segment) ? 'emoji' : weight);
  }

  /** Each code point of a cluster that no face has as a whole: as it is, or in a frame. */
  #boxes(segment: string): Cluster[] {
    return [...segment].flatMap((char): readonly Cluster[] => {
      const face = UNSEEN.test(char) || SHOWN.test(char) ? null : this.#faces.covering([codeOf(char)], 'text');
      if (face !== null) {
        return this.#shaped(face, false, char);
      }
      const text = `U+${codeOf(char).toString(16).toUpperCase().padStart(4, '0')}`;
      const label = this.#shaped(this.#faces.get('text'), false, text);
      return [
        {
          text,
          face: this.#faces.get('text'),
          glyphs: label.flatMap(({ glyphs }) => glyphs),
          width: widthOf(label) * BOX_SCALE + 2 * BOX_PAD,
          rtl: false,
          boxed: true,
        },
      ];
    });
  }

  /** In the order of the text. */
  #shaped(face: Face, rtl: boolean, text: string): readonly Cluster[] {
    const key = `${face.name}${rtl ? '<' : '>'}${text}`;
    const known = this.#cache.get(key);
    if (known !== undefined) {
      return known;
    }
    const clusters = this.#shape(face, rtl, text);
    if (this.#cache.size >= MOST_CACHED) {
      this.#cache.clear();
    }
    this.#cache.set(key, clusters);
    return clusters;
  }

  #shape(face: Face, rtl: boolean, text: string): Cluster[] {
    const buffer = this.#buffer;
    buffer.reset();
    buffer.addText(text);
    buffer.setDirection(rtl ? Direction.RTL : Direction.LTR);
    buffer.guessSegmentProperties();
    shape(face.font, buffer);
    const infos = buffer.getGlyphInfos();
    const positions = buffer.getGlyphPositions();
    const groups: { at: number; glyphs: Glyph[] }[] = [];
    for (const [index, info] of infos.entries()) {
      const position = positions[index];
      const glyph = {
        id: info.codepoint,
        advance: (position?.xAdvance ?? 0) / face.upem,
        dx: (position?.xOffset ?? 0) / face.upem,
        dy: (position?.yOffset ?? 0) / face.upem,
      };
      const last = groups.at(-1);
      if (last?.at === info.cluster) {
        last.glyphs.push(glyph);
      } else {
        groups.push({ at: info.cluster, glyphs: [glyph] });
      }
    }
    groups.sort((a, b) => a.at - b.at);
    return groups.map(({ at, glyphs }, index) => ({
      text: text.slice(at, groups[index + 1]?.at),
      face,
      glyphs,
      width: glyphs.reduce((sum, { advance }) => sum + advance, 0),
      rtl,
      boxed: false,
    }));
  }
}

const codeOf = (char: string): number => char.codePointAt(0) ?? 0;
const widthOf = (clusters: readonly Cluster[]): number => clusters.reduce((sum, { width }) => sum + width, 0);
/** Flags of regions are a black flag and letters that have no glyph of their own. */
const isTag = (segment: string, char: string): boolean =>
  segment.startsWith('\u{1f3f4}') && codeOf(char) >= 0xe0020 && codeOf(char) <= 0xe007f;

/** Where a line may end, the end of the text included. */
function breaksOf(text: string): number[] {
  const breaker = new LineBreaker(text);
  const ends: number[] = [];
  for (let next = breaker.nextBreak(); next !== null; next = breaker.nextBreak()) {
    ends.push(next.position);
  }
  return ends;
}

const isSpace = ({ cluster }: Placed): boolean => cluster.text === ' ' || cluster.text === '\u3000';

/** At places where a line may end, else in the middle of a word. Spaces at the end of a line may stand over. */
function brokenAt(placed: readonly Placed[], width: number): (readonly Placed[])[] {
  const lines: (readonly Placed[])[] = [];
  let from = 0;
  let room = width;
  let last = -1;
  for (let at = 0; at < placed.length; at += 1) {
    const each = placed[at];
    if (each === undefined) {
      break;
    }
    room -= each.cluster.width;
    if (room < -1e-6 && !isSpace(each) && at > from) {
      const end = last >= from ? last + 1 : at;
      lines.push(placed.slice(from, end));
      from = end;
      room = width;
      last = -1;
      at = end - 1;
      continue;
    }
    if (each.breakAfter) {
      last = at;
    }
  }
  lines.push(placed.slice(from));
  return lines;
}

/** Rule L2 of the algorithm: runs of higher levels are turned round, the highest first. */
function visual(line: readonly Placed[], rtl: boolean): Line {
  let end = line.length;
  for (let last = line[end - 1]; last !== undefined && isSpace(last); last = line[end - 1]) {
    end -= 1;
  }
  const kept = line.slice(0, end);
  const highest = kept.reduce((most, { level }) => Math.max(most, level), 0);
  const lowestOdd = rtl || highest > 0 ? 1 : Infinity;
  for (let level = highest; level >= lowestOdd; level -= 1) {
    for (let at = 0; at < kept.length; at += 1) {
      let to = at;
      while ((kept[to]?.level ?? -1) >= level) {
        to += 1;
      }
      if (to > at + 1) {
        kept.splice(at, to - at, ...kept.slice(at, to).reverse());
      }
      at = Math.max(at, to);
    }
  }
  const clusters = kept.map(({ cluster }) => cluster);
  return { clusters, width: widthOf(clusters), rtl };
}
