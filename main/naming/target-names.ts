/**
 * Names that any file system takes: exports are carried to other drives and systems, so the narrowest rules hold everywhere; only how
 * long a whole path may be depends on the target. Pure.
 */
import type { RenderedPart } from './template.ts';

export interface TargetRules {
  /** Bytes of one name in UTF-8. NTFS counts UTF-16 units instead, of which there are never more. */
  readonly nameBytes: number;
  /** The length left for a path below the target folder, in `pathUnit`. */
  readonly pathLength: number;
  readonly pathUnit: 'bytes' | 'utf16';
  /** Largest file; null = none worth checking. */
  readonly fileBytes: number | null;
  /** Directory entries that one folder holds, null = no limit worth checking. A name takes `slotsOf` of them. */
  readonly folderSlots: number | null;
  /** No `%` in any name: a bag's manifest would have to write it as a code, which older validators take for three characters. */
  readonly noPercent: boolean;
}

/** Facts about a target. */
export interface TargetFacts {
  readonly platform: NodeJS.Platform;
  /** `statfs().type`; null where it says nothing. */
  readonly fsType: number | null;
  /** Absolute. */
  readonly dir: string;
  readonly bag?: boolean;
}

const FAT = 0x4d44;
const EXFAT = 0x2011bab0;
/** File systems that Windows reads too (statfs(2)): FAT, exFAT, NTFS by three drivers, SMB. FUSE carries NTFS on older systems. */
const WINDOWS_TYPES: ReadonlySet<number> = new Set([
  FAT,
  EXFAT,
  0x5346544e,
  0x7366746e,
  0x65735546,
  0x517b,
  0xff534d42,
  0xfe534d42,
]);
/** A file that tells of another has this behind its name, and may be asked for long after names were given. */
const KEPT_FREE = '.json'.length;
const NAME_BYTES = 255 - KEPT_FREE;
/** MAX_PATH without its closing NUL. */
const WINDOWS_PATH = 259;
const POSIX_PATH = 4095;
const MAC_PATH = 1023;
const FAT_FILE = 4 * 1024 ** 3 - 1;
/** 2 MB of 32 bytes each, without the two that every folder has. */
const FAT_SLOTS = 65_536 - 2;
/** eCryptfs encrypts names, which makes them longer. */
const ECRYPTFS = 0xf15f;
const ECRYPTFS_NAME = 143 - KEPT_FREE;
/** Behind the name of a folder that continues in another: ` (2)`. */
const PART_LENGTH = ' (999)'.length;

export function rulesFor({ platform, fsType, dir, bag = false }: TargetFacts): TargetRules {
  const windows = platform === 'win32' || (fsType !== null && WINDOWS_TYPES.has(fsType >>> 0));
  const whole = windows ? WINDOWS_PATH : platform === 'darwin' ? MAC_PATH : POSIX_PATH;
  // A drive of Windows mounted here has another, usually shorter, path there: what counts is what lies below the folder, after `X:\folder\`.
  const above = windows && platform !== 'win32' ? 12 : lengthOf(dir, windows ? 'utf16' : 'bytes') + 1;
  const fat = fsType !== null && fsType >>> 0 === FAT;
  return {
    nameBytes: fsType !== null && fsType >>> 0 === ECRYPTFS ? ECRYPTFS_NAME : NAME_BYTES - (fat ? PART_LENGTH : 0),
    pathLength: whole - above - KEPT_FREE - (fat ? PART_LENGTH : 0),
    pathUnit: windows ? 'utf16' : 'bytes',
    fileBytes: fat ? FAT_FILE : null,
    folderSlots: fat ? FAT_SLOTS : null,
    noPercent: bag,
  };
}

/** Directory entries that a file of this name takes on FAT, with the file that may tell of it: one each, and one for 13 letters of a long name. */
export function slotsOf(name: string): number {
  const entries = (length: number): number => 1 + Math.ceil(length / 13);
  return entries(name.length) + entries(name.length + KEPT_FREE);
}

export function lengthOf(text: string, unit: TargetRules['pathUnit']): number {
  return unit === 'bytes' ? Buffer.byteLength(text) : text.length;
}

const BIDI = /[\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF]/gu;
const FORBIDDEN = /[<>:"/\\|?*]/gu;

/** Characters that no file system minds: no controls, no marks that turn the writing's direction, composed letters, single spaces. */
export function cleanText(text: string): string {
  if (/^(?: ?[0-9A-Za-z_.()[\]~-])*$/.test(text)) {
    return text;
  }
  return text
    .toWellFormed()
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(/\p{Cc}/gu, '')
    .replaceAll(BIDI, '')
    .normalize('NFC')
    .replaceAll(FORBIDDEN, '_')
    .replaceAll(/ +/gu, ' ');
}

const RESERVED = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])$/iu;

/** Edges and words that Windows does not take: dots and spaces at the end, device names, nothing at all. No hidden files either. */
function tidyEdges(name: string): string {
  const edged = name.replace(/[. ]+$/u, '').replace(/^ +/u, '');
  const open = edged.startsWith('.') ? `_${edged.replace(/^\.+/u, '')}` : edged;
  const [device = ''] = open.split('.');
  return open === '' ? '_' : RESERVED.test(device.trimEnd()) ? `_${open}` : open;
}

export interface FittedName {
  readonly name: string;
  readonly trimmed: boolean;
}

/**
 * One name of at most `most` bytes: cut where text of people stands, then where the template's own words stand, with `tail` (which ends in the
 * extension) whole. Where even the facts are too long, the front of all is cut and `id` put behind it. `most` must have room for id, tail and two letters.
 */
export function fitName(parts: readonly RenderedPart[], id: string, tail: string, most: number): FittedName {
  const clean = parts.map((part) => ({ text: cleanText(part.text), worth: part.worth }));
  const whole = tidy(clean, tail);
  if (Buffer.byteLength(whole) <= most) {
    return { name: whole, trimmed: false };
  }
  // One byte is held back for the sign that tidying may put in front.
  const room = most - Buffer.byteLength(tail) - 1;
  for (const lesser of [['text'], ['text', 'words']]) {
    const name = tidy(cutParts(clean, lesser, room), tail);
    if (Buffer.byteLength(name) <= most) {
      return { name, trimmed: true };
    }
  }
  const stem = clean.map(({ text }) => text).join('');
  const end = id === '' ? '' : `~${id}`;
  return {
    name: tidy([{ text: `${firstBytes(stem, Math.max(0, room - end.length)).replace(/[. ]+$/u, '')}${end}` }], tail),
    trimmed: true,
  };
}

/** The parts of lesser worth share the room that the others leave. */
function cutParts(parts: readonly RenderedPart[], lesser: readonly string[], room: number): RenderedPart[] {
  const isLesser = ({ worth }: RenderedPart): boolean => lesser.includes(worth);
  const taken = parts.reduce((sum, part) => (isLesser(part) ? sum : sum + Buffer.byteLength(part.text)), 0);
  const each = Math.floor((room - taken) / Math.max(1, parts.filter(isLesser).length));
  return parts.map((part) => (isLesser(part) ? { ...part, text: firstBytes(part.text, Math.max(0, each)) } : part));
}

function tidy(texts: readonly { readonly text: string }[], tail: string): string {
  const stem = texts
    .map(({ text }) => text)
    .join('')
    .replace(/[. ]+$/u, '');
  return tidyEdges(`${tidyEdges(stem)}${tail}`);
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** As much of the text as fits into so many bytes, never half a character. */
export function firstBytes(text: string, most: number): string {
  if (Buffer.byteLength(text) <= most) {
    return text;
  }
  let kept = '';
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    used += Buffer.byteLength(segment);
    if (used > most) {
      break;
    }
    kept += segment;
  }
  return kept;
}

/** Two paths with the same key are one file on some file system: letters' case and composition do not count. */
export function foldPath(path: string): string {
  return path.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');
}
