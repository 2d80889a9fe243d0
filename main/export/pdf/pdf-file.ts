/** A PDF that is written page by page: text as glyphs with the characters they stand for, pictures, bookmarks. Measures in points from the top left. */
import { create, type Font as FontFile, type Subset } from 'fontkit';
import PDFDocument from 'pdfkit';
import type { PageSize } from '../../contract/export-shapes.ts';
import { BOX_PAD, BOX_SCALE, type Cluster, type Line } from './clusters.ts';
import type { Face, FaceName } from './faces.ts';

export const PAGES_BY_SIZE = {
  a4: { width: 595.28, height: 841.89 },
  letter: { width: 612, height: 792 },
} as const satisfies Record<PageSize, unknown>;

export type Colour = readonly [number, number, number];
export const BLACK: Colour = [0.1, 0.1, 0.12];

export interface PdfFacts {
  readonly title: string;
  readonly author: string;
  readonly producer: string;
  /** Epoch ms: a document has no clock of its own. */
  readonly madeAt: number;
  readonly page: { readonly width: number; readonly height: number };
}

interface EmbeddedFace {
  readonly face: Face;
  readonly file: FontFile;
  readonly subset: Subset;
  readonly ref: PDFKit.PDFKitReference;
  /** Numbers of what is drawn: a glyph and the text it is read as. A letter that is drawn as a common body and dots has no glyph of its own. */
  readonly cids: Map<string, number>;
  /** By that number: the glyph in the subset, its width in thousandths of the size, its text (null = read as nothing). */
  readonly gids: number[];
  readonly widths: number[];
  readonly texts: (string | null)[];
}

/** A picture of the document, once it is embedded. */
export type PdfPicture = PDFKit.OpenedImage;

/** Of one font, two bytes each. */
const MOST_CIDS = 60_000;

const n = (value: number): string => String(Math.round(value * 1000) / 1000);
const hex4 = (value: number): string => value.toString(16).padStart(4, '0');
const utf16 = (text: string): string =>
  Array.from({ length: text.length }, (_none, at) => hex4(text.charCodeAt(at))).join('');

export class PdfFile {
  readonly #doc: PDFKit.PDFDocument;
  readonly #faces = new Map<FaceName, EmbeddedFace>();
  #pages = 0;
  #ops: string[] = [];
  /** Faces of the page that is being written. */
  #used = new Set<EmbeddedFace>();

  constructor({ title, author, producer, madeAt, page }: PdfFacts) {
    this.#doc = new PDFDocument({
      size: [page.width, page.height],
      margin: 0,
      autoFirstPage: false,
      // Footers say how many pages there are. A page is one short text until then; pictures are written at once.
      bufferPages: true,
      font: '',
      lang: 'en',
      displayTitle: true,
      pdfVersion: '1.7',
      info: { Title: title, Author: author, Producer: producer, Creator: producer, CreationDate: new Date(madeAt) },
    });
  }

  get pages(): number {
    return this.#pages;
  }

  addPage(): void {
    this.#flush();
    this.#doc.addPage();
    this.#pages += 1;
  }

  /** A line with its left end at `x`, its letters standing on `y`. */
  text(line: Line, x: number, y: number, size: number, colour: Colour = BLACK): void {
    if (line.clusters.length === 0) {
      return;
    }
    this.#ops.push('BT', `${colour.map(n).join(' ')} rg`, `1 0 0 -1 ${n(x)} ${n(y)} Tm`);
    const run = new TextRun(this.#ops, x);
    const frames: number[] = [];
    let pen = x;
    for (const cluster of line.clusters) {
      const face = this.#embedded(cluster.face);
      const scaled = cluster.boxed ? size * BOX_SCALE : size;
      const texts = textsOf(cluster);
      run.face(face.ref.id, scaled);
      let at = pen + (cluster.boxed ? BOX_PAD * size : 0);
      for (const [index, glyph] of cluster.glyphs.entries()) {
        const text = texts[index] ?? '';
        const cid = this.#cid(face, glyph.id, text);
        run.read((face.texts[cid] ?? null) === text ? null : text);
        run.glyph(
          cid,
          at + glyph.dx * scaled,
          (cluster.boxed ? size * 0.1 : 0) + glyph.dy * scaled,
          face.widths[cid] ?? 0,
        );
        at += glyph.advance * scaled;
      }
      run.read(null);
      if (cluster.boxed) {
        frames.push(pen + size * 0.04, cluster.width * size - size * 0.08);
      }
      pen += cluster.width * size;
    }
    run.close();
    this.#ops.push('ET');
    for (let at = 0; at < frames.length; at += 2) {
      this.frame(frames[at] ?? 0, y - size * 0.72, frames[at + 1] ?? 0, size * 0.92, colour, 0.4);
    }
  }

  fill(x: number, y: number, width: number, height: number, colour: Colour): void {
    this.#ops.push(`${colour.map(n).join(' ')} rg ${n(x)} ${n(y)} ${n(width)} ${n(height)} re f`);
  }

  frame(x: number, y: number, width: number, height: number, colour: Colour, thick: number, dashed = false): void {
    this.#ops.push(
      `q ${colour.map(n).join(' ')} RG ${n(thick)} w ${dashed ? '[3 2] 0 d ' : ''}${n(x)} ${n(y)} ${n(width)} ${n(height)} re S Q`,
    );
  }

  /** Null when it is no JPEG that can be embedded. */
  openPicture(jpeg: Uint8Array): PdfPicture | null {
    try {
      return this.#doc.openImage(Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength));
    } catch {
      return null;
    }
  }

  picture(picture: PdfPicture, x: number, y: number, width: number, height: number): void {
    this.#doc.image(picture, x, y, { width, height });
  }

  /** A place that links can name. */
  mark(name: string, y: number): void {
    this.#doc.addNamedDestination(name, 'XYZ', 0, y, 0);
  }

  link(name: string, x: number, y: number, width: number, height: number): void {
    this.#doc.goTo(x, y, width, height, name);
  }

  /** The entry of the present page among the bookmarks. */
  bookmark(title: string, under: PDFKit.PDFOutline | null = null): PDFKit.PDFOutline {
    return (under ?? this.#doc.outline).addItem(title);
  }

  /** Bytes that are ready to be written; null = none. */
  take(): Buffer | null {
    const bytes: unknown = this.#doc.read();
    return bytes instanceof Buffer ? bytes : null;
  }

  /** Writes on every page once more, then ends the document. */
  end(footer: (page: number) => void): void {
    this.#flush();
    for (let page = 0; page < this.#pages; page += 1) {
      this.#doc.switchToPage(page);
      footer(page + 1);
      this.#flush();
    }
    for (const each of this.#faces.values()) {
      this.#embed(each);
    }
    this.#doc.end();
  }

  #flush(): void {
    if (this.#ops.length > 0) {
      this.#doc.addContent(this.#ops.join('\n'));
      const fonts: unknown = this.#doc.page.fonts;
      for (const { ref } of this.#used) {
        Object.assign(fonts ?? {}, { [fontName(ref.id)]: ref });
      }
      this.#ops = [];
      this.#used = new Set();
    }
  }

  #embedded(face: Face): EmbeddedFace {
    let known = this.#faces.get(face.name);
    if (known === undefined) {
      const file = create(face.bytes);
      known = {
        face,
        file,
        subset: file.createSubset(),
        ref: this.#doc.ref({}),
        cids: new Map(),
        gids: [],
        widths: [],
        texts: [],
      };
      this.#faces.set(face.name, known);
      this.#cid(known, 0, '');
    }
    this.#used.add(known);
    return known;
  }

  #cid({ subset, cids, gids, widths, texts, face }: EmbeddedFace, id: number, text: string): number {
    const isFull = gids.length >= MOST_CIDS;
    const key = `${String(id)} ${isFull ? '' : text}`;
    let cid = cids.get(key) ?? (isFull ? (cids.get(`${String(id)} ${text}`) ?? null) : null);
    if (cid === null || cid === undefined) {
      cid = gids.length;
      cids.set(key, cid);
      gids.push(subset.includeGlyph(id));
      widths.push(Math.round((face.font.glyphHAdvance(id) * 1000) / face.upem));
      texts.push(text === '' || isFull ? null : text);
    }
    return cid;
  }

  /** As ISO 32000 §9.7 has it: two bytes a glyph, and the characters of each. */
  #embed({ face, file, subset, ref, gids, widths, texts }: EmbeddedFace): void {
    const scale = 1000 / file.unitsPerEm;
    const name = `${face.name.toUpperCase().slice(0, 6).padEnd(6, 'X')}+${file.postscriptName}`;
    const bytes = this.#doc.ref({});
    bytes.end(Buffer.from(subset.encode()));
    const descriptor = this.#doc.ref({
      Type: 'FontDescriptor',
      FontName: name,
      Flags: 4,
      FontBBox: [file.bbox.minX, file.bbox.minY, file.bbox.maxX, file.bbox.maxY].map((value) => value * scale),
      ItalicAngle: file.italicAngle,
      Ascent: file.ascent * scale,
      Descent: file.descent * scale,
      CapHeight: (file.capHeight ?? file.ascent) * scale,
      StemV: 80,
      FontFile2: bytes,
    });
    descriptor.end();
    const map = this.#doc.ref({});
    map.end(Buffer.from(new Uint16Array(gids).buffer).swap16());
    const descendant = this.#doc.ref({
      Type: 'Font',
      Subtype: 'CIDFontType2',
      BaseFont: name,
      // Strings of pdfkit are objects; a plain one is a name.
      CIDSystemInfo: { Registry: new String('Adobe'), Ordering: new String('Identity'), Supplement: 0 },
      FontDescriptor: descriptor,
      W: [0, widths],
      CIDToGIDMap: map,
    });
    descendant.end();
    const unicode = this.#doc.ref({});
    unicode.end(Buffer.from(toUnicode(texts)));
    Object.assign(ref.data, {
      Type: 'Font',
      Subtype: 'Type0',
      BaseFont: name,
      Encoding: 'Identity-H',
      DescendantFonts: [descendant],
      ToUnicode: unicode,
    });
    ref.end();
  }
}

const fontName = (id: number): string => `F${String(id)}`;

/** What each glyph of a cluster is read as: the widest stands for the whole, the others (marks, dots) for nothing. */
function textsOf({ text, glyphs, boxed }: Cluster): string[] {
  if (boxed) {
    return [...text];
  }
  const widest = glyphs.reduce((best, { advance }, at) => (advance > (glyphs[best]?.advance ?? 0) ? at : best), 0);
  return glyphs.map((_glyph, at) => (at === widest ? text : ''));
}

const CMAP_HEAD = `/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange
`;
const MOST_ENTRIES = 100;

function toUnicode(texts: readonly (string | null)[]): string {
  const entries = [...texts.entries()].flatMap(([cid, text]) =>
    text === null ? [] : [`<${hex4(cid)}> <${utf16(text)}>`],
  );
  let cmap = CMAP_HEAD;
  for (let from = 0; from < entries.length; from += MOST_ENTRIES) {
    const some = entries.slice(from, from + MOST_ENTRIES);
    cmap += `${String(some.length)} beginbfchar\n${some.join('\n')}\nendbfchar\n`;
  }
  return `${cmap}endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend`;
}

/** Glyphs of one line as operators: what follows its neighbour goes into one list. */
class TextRun {
  readonly #ops: string[];
  #parts: string[] = [];
  #glyphs = '';
  #face = '';
  #size = 1;
  #rise = 0;
  #read: string | null = null;
  /** Where the next glyph would stand. */
  #at: number;

  constructor(ops: string[], x: number) {
    this.#ops = ops;
    this.#at = x;
  }

  face(id: number, size: number): void {
    const face = `/${fontName(id)} ${n(size)} Tf`;
    if (face !== this.#face) {
      this.close();
      this.#ops.push(face);
      this.#face = face;
      this.#size = size;
    }
  }

  /** What the following glyphs are read as where they do not say it themselves; null = they do. */
  read(text: string | null): void {
    if (text === this.#read) {
      return;
    }
    this.close();
    if (this.#read !== null) {
      this.#ops.push('EMC');
    }
    if (text !== null) {
      this.#ops.push(`/Span <</ActualText <feff${utf16(text)}>>> BDC`);
    }
    this.#read = text;
  }

  glyph(cid: number, x: number, rise: number, width: number): void {
    if (Math.abs(rise - this.#rise) > 1e-4) {
      this.close();
      this.#ops.push(`${n(rise)} Ts`);
      this.#rise = rise;
    }
    const back = Math.round(((this.#at - x) / this.#size) * 1000);
    if (back !== 0) {
      this.#list();
      this.#parts.push(String(back));
      this.#at -= (back * this.#size) / 1000;
    }
    this.#glyphs += hex4(cid);
    this.#at += (width * this.#size) / 1000;
  }

  close(): void {
    this.#list();
    if (this.#parts.length > 0) {
      this.#ops.push(`[${this.#parts.join(' ')}] TJ`);
      this.#parts = [];
    }
  }

  #list(): void {
    if (this.#glyphs !== '') {
      this.#parts.push(`<${this.#glyphs}>`);
      this.#glyphs = '';
    }
  }
}
