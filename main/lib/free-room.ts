/** The free space of a drive, from `statfs`. */
export interface RoomStats {
  readonly bavail: number;
  readonly bsize: number;
  readonly blocks: number;
}

/** Bytes free for this user; null = unknown: some network, FUSE and pooled drives answer zeros. Unknown room is no reason to stop. */
export function freeBytesOf({ bavail, bsize, blocks }: RoomStats): number | null {
  return blocks === 0 || bsize === 0 ? null : bavail * bsize;
}
