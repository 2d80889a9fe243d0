import type { MediaRoute, Route } from '../lib/route.ts';

/** Another place of media in the view and order in which the one before was shown. */
export const keepingView = (shown: Route, next: MediaRoute): MediaRoute =>
  shown.place === 'media' ? { ...next, view: shown.view, order: shown.order } : next;
