export const LINK_SCHEME = 'chatkeep:';

/** The `chatkeep:` link among the arguments of a start; null without one. Not checked: whoever opens it does. Pure. */
export function linkOf(args: readonly string[]): string | null {
  return args.find((arg) => arg.toLowerCase().startsWith(LINK_SCHEME)) ?? null;
}
