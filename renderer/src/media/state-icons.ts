import Ban from '@lucide/svelte/icons/ban';
import CircleAlert from '@lucide/svelte/icons/circle-alert';
import CloudDownload from '@lucide/svelte/icons/cloud-download';
import Hourglass from '@lucide/svelte/icons/hourglass';
import Lock from '@lucide/svelte/icons/lock';
import Shield from '@lucide/svelte/icons/shield';

/** Why there is no file, as a shape. */
export const STATE_ICONS = {
  locked: Lock,
  notReady: Hourglass,
  protected: Shield,
  gone: Ban,
  failed: CircleAlert,
  pending: CloudDownload,
} as const;
