/** What is used of packages that bring no types, or not all of them. */
declare namespace PDFKit {
  /** Embedded when it is first drawn, and once. */
  interface OpenedImage {
    readonly width: number;
    readonly height: number;
  }
  interface PDFKitReference {
    end(): void;
  }
  interface PDFDocument {
    /** Throws for what is neither a JPEG nor a PNG. */
    openImage(source: Uint8Array): OpenedImage;
    image(source: OpenedImage, x: number, y: number, options: Mixins.ImageOption): this;
  }
}

declare module 'linebreak' {
  class LineBreaker {
    constructor(text: string);
    /** Null after the last. `position`: UTF-16 units from the start of the text. */
    nextBreak(): { readonly position: number; readonly required: boolean } | null;
  }
  export = LineBreaker;
}

declare module 'fontkit' {
  export interface Subset {
    /** Answers the glyph's number in the subset. */
    includeGlyph(glyph: number): number;
    encode(): Uint8Array;
  }
  export interface Font {
    readonly postscriptName: string;
    readonly unitsPerEm: number;
    readonly ascent: number;
    readonly descent: number;
    /** Missing from fonts with an old OS/2 table. */
    readonly capHeight?: number;
    readonly italicAngle: number;
    readonly bbox: { readonly minX: number; readonly minY: number; readonly maxX: number; readonly maxY: number };
    createSubset(): Subset;
  }
  export function create(bytes: Uint8Array): Font;
}
