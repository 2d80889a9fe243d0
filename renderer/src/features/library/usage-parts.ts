import type { CallOutput } from '../../../../main/app/calls.ts';
import type { ChatUsage, KindUsage } from '../../../../main/contract/shapes.ts';

/** A chat, or the small ones together. */
export interface UsagePart {
  /** Null: the small ones. */
  readonly chat: ChatUsage | null;
  /** How many chats it stands for; null = more than the app names. */
  readonly chats: number | null;
  readonly bytes: number;
  readonly kinds: KindUsage;
}

const sumOf = (usages: readonly ChatUsage[]): KindUsage => {
  const sum = (kind: keyof KindUsage): KindUsage[keyof KindUsage] => ({
    files: usages.reduce((total, { kinds }) => total + kinds[kind].files, 0),
    bytes: usages.reduce((total, { kinds }) => total + kinds[kind].bytes, 0),
  });
  return { photo: sum('photo'), video: sum('video'), gif: sum('gif'), audio: sum('audio'), other: sum('other') };
};

/** At most `most` parts that make up the whole, largest first: what does not fit is one of them. */
export function usageParts({ chats, rest }: CallOutput<'library.usage'>, most: number): UsagePart[] {
  const used = chats.filter(({ bytes }) => bytes > 0);
  const whole = used.length <= most && rest === null;
  const named = whole ? used : used.slice(0, most - 1);
  const small = whole ? [] : [...used.slice(most - 1), ...(rest === null ? [] : [rest])];
  const parts = named.map((chat): UsagePart => ({ chat, chats: 1, bytes: chat.bytes, kinds: chat.kinds }));
  if (small.length > 0) {
    parts.push({
      chat: null,
      chats: rest === null ? small.length : null,
      bytes: small.reduce((sum, { bytes }) => sum + bytes, 0),
      kinds: sumOf(small),
    });
  }
  return parts.sort((a, b) => b.bytes - a.bytes);
}
