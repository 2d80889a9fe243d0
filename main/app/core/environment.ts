import { AppError } from '../../lib/app-error.ts';

/** The account that the environment describes, for a run without a stored one. */
export interface EnvironmentAccount {
  readonly key: string;
  /** Null: the key's only active connection is taken. */
  readonly connectionId: string | null;
  readonly apiBase: string;
  readonly ratePerMinute: number | null;
}

export const DEFAULT_API_BASE = 'https://api.ofauth.com';

/** Reads `CHATKEEP_API_KEY`, `CHATKEEP_CONNECTION`, `CHATKEEP_API_BASE` and `CHATKEEP_API_RATE`; null when no key is set. */
export function readEnvironmentAccount(env: Readonly<Record<string, string | undefined>>): EnvironmentAccount | null {
  const key = env['CHATKEEP_API_KEY']?.trim() ?? '';
  if (key === '') {
    return null;
  }
  return {
    key,
    connectionId: env['CHATKEEP_CONNECTION']?.trim() || null,
    apiBase: env['CHATKEEP_API_BASE']?.trim() || DEFAULT_API_BASE,
    ratePerMinute: readRate(env['CHATKEEP_API_RATE'], 'CHATKEEP_API_RATE'),
  };
}

/** Requests a minute: empty = the documented default (null), 0 = none. */
export function readRate(text: string | undefined, name: string): number | null {
  if (text === undefined || text.trim() === '') {
    return null;
  }
  const rate = Number(text);
  if (!Number.isFinite(rate) || rate < 0 || rate > 100_000) {
    throw new AppError(
      'usage',
      `${name} must be a number of requests a minute, not "${text.slice(0, 20)}".`,
      'Use 60 for most plans, 0 for none.',
    );
  }
  return rate;
}
