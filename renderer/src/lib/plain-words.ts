/** A message as a sentence of its own: messages of the parts below begin with a small letter. */
export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Words in one line without the marks of Markdown: `**now**` is `now`, `# Title` is `Title`. Stars and underscores inside words stay. */
export const plainWords = (text: string): string =>
  text
    .replaceAll(/^\s*(?:#{1,6}|>|[-*])\s+/gm, '')
    .replaceAll(/\[([^\]]+)\]\((https?:[^)\s]+)\)/g, '$1')
    .replaceAll(/(\*\*|__|~~|`)(\S(?:.*?\S)?)\1/g, '$2')
    .replaceAll(/(?<![\p{L}\p{N}])([*_])(\S(?:.*?\S)?)\1(?![\p{L}\p{N}])/gu, '$2');
