/** A name as it is compared: without accents and case. */
export const foldName = (name: string): string => name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().trim();
