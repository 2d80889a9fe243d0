/** Lists of hashes as BagIt has them (RFC 8493 §2.1.3) and `sha256sum` reads them. Pure. */

export const MANIFEST = 'manifest-sha256.txt';
export const TAG_MANIFEST = 'tagmanifest-sha256.txt';

/** In a bag, line breaks and percent signs of a path are written as percent codes. */
export function manifestLine(sha256: string, path: string, bag: boolean): string {
  return `${sha256}  ${bag ? encodePath(path) : path}\n`;
}

function encodePath(path: string): string {
  return path.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function decodePath(path: string): string {
  return path.replaceAll(/%(25|0D|0A)/gi, (_all, code: string) => String.fromCharCode(parseInt(code, 16)));
}

/** Null: not a line of a manifest. */
export function parseManifestLine(line: string, bag: boolean): { sha256: string; path: string } | null {
  const [, sha256, path] = /^([0-9a-fA-F]{64})[ \t]+\*?(.+?)\r?$/.exec(line) ?? [];
  return sha256 === undefined || path === undefined
    ? null
    : { sha256: sha256.toLowerCase(), path: (bag ? decodePath(path) : path).replace(/^\.\//, '') };
}
