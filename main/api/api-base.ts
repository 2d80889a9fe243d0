/** Which addresses may receive the API key at all. */
import { AppError } from '../lib/app-error.ts';

const DEFAULT_API_BASE = 'https://api.ofauth.com';

/** True for 127.0.0.0/8, ::1 and localhost, as WHATWG URL spells hosts (it has already read decimal, octal and hex forms). */
export function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname);
}

/**
 * Checks a base address and gives its origin: https anywhere, plain http to loopback only, no credentials inside; path and query are dropped.
 * @throws AppError `usage` that says what is wrong without repeating credentials
 */
export function checkApiBase(text: string): string {
  const hint = `Use an address such as ${DEFAULT_API_BASE}; plain http is allowed to this machine only.`;
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    throw new AppError('usage', 'the API address is not a URL', hint);
  }
  if (url.username !== '' || url.password !== '') {
    throw new AppError('usage', 'the API address must not contain a user name or password', hint);
  }
  if (url.protocol === 'https:') {
    return url.origin;
  }
  if (url.protocol === 'http:' && isLoopbackHost(url.hostname)) {
    return url.origin;
  }
  throw new AppError('usage', `the API address may not be ${url.protocol}//${url.host}`, hint);
}
