/** Words in one line without the marks of Markdown: `**now**` is `now`, `# Title` is `Title`. Stars and underscores inside words stay. */
export const plainWords = (text: string): string =>
  text
    .replaceAll(/^\s*(?:#{1,6}|>|[-*])\s+/gm, '')
    .replaceAll(/\[([^\]]+)\]\((https?:[^)\s]+)\)/g, '$1')
    .replaceAll(/(\*\*|__|~~|`)(\S(?:.*?\S)?)\1/g, '$2')
    .replaceAll(/(?<![\p{L}\p{N}])([*_])(\S(?:.*?\S)?)\1(?![\p{L}\p{N}])/gu, '$2');
