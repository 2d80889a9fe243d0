/** Messages of the picture thread. */

/** Formats that are opened. SVG is only ever drawn from text that this program wrote: it can name other files. */
export type PictureSource =
  | { readonly file: string }
  | { readonly bytes: Uint8Array }
  | { readonly svg: string }
  /** RGB or RGBA, eight bits a channel, row by row; which of both follows from the length. */
  | { readonly pixels: Uint8Array; readonly width: number; readonly height: number };

export interface PictureJob {
  readonly from: PictureSource;
  /** Pixels. `inside` keeps the whole picture, `cover` fills the box and cuts what is over. Without it the size stays. */
  readonly fit?: {
    readonly width: number;
    readonly height: number;
    readonly how: 'inside' | 'cover';
    /** A JPEG may come out up to 1.4 times as large as the box, which takes less time than the exact size. */
    readonly coarse?: boolean;
  };
  /** A picture smaller than `fit` is made larger. */
  readonly enlarge?: boolean;
  /** After `fit`: blurred with this radius (pixels), then enlarged to this height. */
  readonly blur?: { readonly radius: number; readonly height: number };
  /** `pixels`: RGBA, row by row. Quality is 1 to 100. */
  readonly to:
    | { readonly format: 'webp'; readonly quality: number | 'lossless' }
    | { readonly format: 'jpeg'; readonly quality: number; readonly progressive?: boolean }
    | { readonly format: 'avif'; readonly quality: number }
    | { readonly format: 'png'; readonly palette: boolean }
    | { readonly format: 'gif' | 'pixels' };
}

/** Carries neither EXIF nor a colour profile: turned and converted already. */
export interface DrawnPicture {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
}

export interface PictureLimits {
  /** Of a source, from its header. */
  readonly pixels: number;
  /** Megabytes that a decoder may use; at least 256, which it takes at its start. */
  readonly memoryMb: number;
}

/** `spent`: the thread must not be used again. */
export type FromPictureThread =
  { readonly is: 'ready' } | { readonly is: 'drawn'; readonly picture: DrawnPicture | null; readonly spent: boolean };
