/** Libraries on network drives work badly: SQLite's write-ahead log needs shared memory and locks that few of them have. */
import { statfs } from 'node:fs/promises';

/** `f_type` of network file systems on Linux (statfs(2)). FUSE is left out: it carries local ones as well. */
const NETWORK_TYPES: ReadonlySet<number> = new Set([
  0x6969, // NFS
  0x517b, // SMB
  0xff534d42, // CIFS
  0xfe534d42, // SMB2
  0x5346414f, // AFS
  0x00c36400, // Ceph
  0x01021997, // 9p
]);

/** Pure. `fsType`: `statfs().type` on Linux, null where it says nothing. */
export function looksLikeNetwork(dir: string, platform: NodeJS.Platform, fsType: number | null): boolean {
  if (platform === 'win32') {
    return /^[\\/]{2}(?![.?][\\/])/.test(dir) || /^[\\/]{2}\?[\\/]UNC[\\/]/i.test(dir);
  }
  return platform === 'linux' && fsType !== null && NETWORK_TYPES.has(fsType >>> 0);
}

/** Whether the folder (which must exist) lies on a network drive, as far as can be told. */
export async function isOnNetwork(dir: string): Promise<boolean> {
  const fsType = process.platform === 'linux' ? (await statfs(dir)).type : null;
  return looksLikeNetwork(dir, process.platform, fsType);
}
