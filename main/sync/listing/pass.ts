import { MEDIA_TYPES, type MediaTypeFilter } from '../../contract/model.ts';
import type { Pass } from '../../index/kernel/passes.ts';

/** The kind of a listing: media, unfiltered or with the service's own filters, or the whole conversation. */
export interface Listing {
  readonly of: 'media' | 'messages';
  readonly type: MediaTypeFilter | null;
  readonly opened: boolean | null;
}

export const ALL_MEDIA: Listing = { of: 'media', type: null, opened: null };
export const ALL_MESSAGES: Listing = { of: 'messages', type: null, opened: null };

/** The name under which coverage of a listing is kept, e.g. `media type=photos opened=true`. */
export function passOf(listing: Listing): Pass {
  return [
    listing.of,
    listing.type && `type=${listing.type}`,
    listing.opened !== null && `opened=${String(listing.opened)}`,
  ]
    .filter((part) => typeof part === 'string')
    .join(' ');
}

/** The listing behind a name that `passOf` made; throws on any other text. */
export function listingOf(pass: Pass): Listing {
  const [of, ...filters] = pass.split(' ');
  let type: MediaTypeFilter | null = null;
  let opened: boolean | null = null;
  for (const filter of filters) {
    const [key, value] = filter.split('=');
    const known = MEDIA_TYPES.find((name) => name === value);
    if (key === 'type' && known !== undefined) {
      type = known;
    } else if (key === 'opened' && (value === 'true' || value === 'false')) {
      opened = value === 'true';
    } else {
      throw new Error(`unknown pass: ${pass}`);
    }
  }
  if (of !== 'media' && of !== 'messages') {
    throw new Error(`unknown pass: ${pass}`);
  }
  return { of, type, opened };
}
