/** The fonts of a PDF, opened when a text first needs them. All come from packages, so that the same text gives the same bytes anywhere. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Blob, Face as HarfBuzzFace, Font } from 'harfbuzzjs';

/** Each face and its file in the packages. */
export const FONT_FILES = {
  text: '@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf',
  arabic: '@expo-google-fonts/noto-sans-arabic/400Regular/NotoSansArabic_400Regular.ttf',
  hebrew: '@expo-google-fonts/noto-sans-hebrew/400Regular/NotoSansHebrew_400Regular.ttf',
  devanagari: '@expo-google-fonts/noto-sans-devanagari/400Regular/NotoSansDevanagari_400Regular.ttf',
  thai: '@expo-google-fonts/noto-sans-thai/400Regular/NotoSansThai_400Regular.ttf',
  symbols: 'dejavu-fonts-ttf/ttf/DejaVuSans.ttf',
  han: '@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf',
  hangul: '@expo-google-fonts/noto-sans-kr/400Regular/NotoSansKR_400Regular.ttf',
  emoji: '@expo-google-fonts/noto-emoji/400Regular/NotoEmoji_400Regular.ttf',
  bold: '@expo-google-fonts/noto-sans/700Bold/NotoSans_700Bold.ttf',
} as const;

export type FaceName = keyof typeof FONT_FILES;
/** The order in which they are asked for a character. Bold letters exist for Latin, Cyrillic and Greek; other scripts are set in their regular face. */
const ORDER = ['text', 'arabic', 'hebrew', 'devanagari', 'thai', 'symbols', 'han', 'hangul', 'emoji'] as const;

export interface Face {
  readonly name: FaceName;
  readonly bytes: Uint8Array;
  readonly font: Font;
  readonly upem: number;
  readonly covered: ReadonlySet<number>;
}

const find = createRequire(import.meta.url);

export class Faces {
  readonly #open = new Map<FaceName, Face>();

  get(name: FaceName): Face {
    const known = this.#open.get(name);
    if (known !== undefined) {
      return known;
    }
    const bytes = readFileSync(find.resolve(FONT_FILES[name]));
    const face = new HarfBuzzFace(new Blob(bytes));
    const opened = {
      name,
      bytes,
      font: new Font(face),
      upem: face.upem,
      covered: new Set(face.collectUnicodes()),
    };
    this.#open.set(name, opened);
    return opened;
  }

  /** The face that has all of these code points; null when none has. */
  covering(codes: readonly number[], first: 'text' | 'bold' | 'emoji'): Face | null {
    for (const name of [first, ...ORDER]) {
      const face = this.get(name);
      if (codes.every((code) => face.covered.has(code))) {
        return face;
      }
    }
    return null;
  }
}
