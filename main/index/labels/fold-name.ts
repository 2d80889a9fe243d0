/** Names that differ only in case or width are one name. */
export const foldName = (name: string): string => name.normalize('NFKC').toLocaleLowerCase('en').trim();
