import type { ElectronModules } from '../electron-modules.ts';
import type { Log } from '../shell-app.ts';

const ID = '[1-9]\\d{0,15}';
/**
 * Everything a link may name: places, by words and numbers. No search, no filter, no folder, no first run, and nothing that begins,
 * changes or deletes: a link comes from whoever wrote the page that it was pressed on.
 */
const PLACES: readonly RegExp[] = [
  /^(?:media|activity|library)$/,
  /^settings\/(?:accounts|sync|appearance|privacy|shortcuts|about)$/,
  new RegExp(`^media\\?item=${ID}\\.${ID}$`),
  new RegExp(`^chat/${ID}/${ID}/media$`),
  new RegExp(`^chat/${ID}/${ID}/messages(?:\\?at=${ID})?$`),
];
const LONGEST = 120;

/** The place in the app that a `chatkeep://` link names, as a hash route; null when it is not exactly one of the known forms. Pure. */
export function routeOfLink(text: string): string | null {
  const prefix = `${LINK_SCHEME}//`;
  if (text.length > LONGEST || text.slice(0, prefix.length).toLowerCase() !== prefix) {
    return null;
  }
  // Systems add a slash to what they take for a host alone.
  const place = text.slice(prefix.length).replace(/\/$/, '');
  return PLACES.some((form) => form.test(place)) ? `#/${place}` : null;
}

export interface OpenLinksPorts {
  readonly app: Pick<ElectronModules['app'], 'on'>;
  /** The link that this start was given; null without one. */
  readonly first: string | null;
  readonly goTo: (route: string) => void;
  readonly log: Log;
}

/**
 * `chatkeep://` links: of this start, of a second start that was turned away (Windows, Linux), and by event (macOS). They go to places and
 * do nothing else. Answers what to call once, when the first window opens: it returns the place to open it at, or null. Later links go to
 * `goTo` at once.
 */
export function enableOpenLinks({ app, first, goTo, log }: OpenLinksPorts): () => string | null {
  let ready = false;
  let waiting: string | null = null;
  const open = (link: string | null): void => {
    if (link === null) {
      return;
    }
    const route = routeOfLink(link);
    if (route === null) {
      // The link is not logged, since it is not ours.
      log('link refused', {});
    } else if (ready) {
      goTo(route);
    } else {
      waiting = route;
    }
  };
  app.on('open-url', (event, url) => {
    event.preventDefault();
    open(url);
  });
  app.on('second-instance', (_event, argv) => open(linkOf(argv.slice(1))));
  open(first);
  return () => {
    ready = true;
    return waiting;
  };
}

const LINK_SCHEME = 'chatkeep:';

/** The `chatkeep:` link among the arguments of a start; null without one. Not checked: whoever opens it does. Pure. */
export function linkOf(args: readonly string[]): string | null {
  return args.find((arg) => arg.toLowerCase().startsWith(LINK_SCHEME)) ?? null;
}
