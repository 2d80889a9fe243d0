/** Shapes of what the app tells about itself: newer versions, and the work of others in it. Plain data, as in shapes.ts. */
import type { WireError } from './errors.ts';

/**
 * Who brings a newer version: the app itself; the system's package manager, which installed it; nobody (a checkout, a build without a
 * feed, a copy that cannot replace itself, a server).
 */
export type UpdateWay = 'app' | 'packageManager' | 'none';

export interface UpdateStatus {
  readonly way: UpdateWay;
  /** `current`: asked, and nothing newer is there. `ready`: downloaded and checked, waits to be installed. */
  readonly state: 'idle' | 'checking' | 'current' | 'available' | 'downloading' | 'ready';
  /** Of the newer version; null while none is known. */
  readonly version: string | null;
  /** The release notes as plain text; null = none. */
  readonly notes: string | null;
  /** Of the download, 0 to 1. */
  readonly progress: number | null;
  /** When the feed was asked last. */
  readonly checkedAt: number | null;
  /** Why the last try failed; null otherwise. */
  readonly problem: WireError | null;
}

/** A part of the app that others wrote. */
export interface LicencePart {
  readonly name: string;
  readonly version: string;
  /** SPDX expression. */
  readonly licence: string;
  readonly text: string | null;
}
