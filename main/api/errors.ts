/** Errors of requests to the service, as closed codes. Only this module reads its error bodies (API facts §5). */
import { AppError } from '../lib/app-error.ts';
import { assertNever } from '../lib/assert-never.ts';

export const API_ERROR_CODES = [
  'key_refused',
  'session_missing',
  'session_expired',
  'rules_outdated',
  'forbidden',
  'not_found',
  'bad_request',
  'rate_limited',
  'server',
  'network',
  'timeout',
  'bad_response',
  'too_large',
  'redirected',
  'intercepted',
  'proxy',
  'certificate',
  'aborted',
] as const;
export type ApiErrorCode = (typeof API_ERROR_CODES)[number];

/** Trying the same request again may help; all others need a person, other parameters, or nothing. */
const RETRYABLE: ReadonlySet<ApiErrorCode> = new Set<ApiErrorCode>([
  'rules_outdated',
  'rate_limited',
  'server',
  'network',
  'timeout',
  'bad_response',
  'intercepted',
]);

export interface ApiErrorInfo {
  /** HTTP status; null when no answer came. */
  readonly status?: number | null;
  /** The endpoint's name, never its URL. */
  readonly endpoint: string;
  readonly requestId?: string | null;
  /** The wait that the service asked for, in ms. */
  readonly retryAfterMs?: number | null;
  /** One short line more: the service's own words, scrubbed, or the kind of network fault. */
  readonly detail?: string | null;
}

/**
 * A failed request. It has no `cause` on purpose: the errors of HTTP libraries carry the request's headers, and with them the API key.
 */
export class ApiError extends Error {
  readonly code: ApiErrorCode;
  readonly status: number | null;
  readonly endpoint: string;
  readonly requestId: string | null;
  readonly retryAfterMs: number | null;
  readonly detail: string | null;

  constructor(code: ApiErrorCode, info: ApiErrorInfo) {
    super(describe(code, info));
    this.name = 'ApiError';
    this.code = code;
    this.status = info.status ?? null;
    this.endpoint = info.endpoint;
    this.requestId = info.requestId ?? null;
    this.retryAfterMs = info.retryAfterMs ?? null;
    this.detail = info.detail ?? null;
  }

  get retryable(): boolean {
    return RETRYABLE.has(this.code);
  }
}

const SAID: Readonly<Record<ApiErrorCode, string>> = {
  key_refused: 'the service refused the API key',
  session_missing: 'the service does not know this connection or it has no session',
  session_expired: 'the session behind this connection has ended',
  rules_outdated: 'the service is updating its rules',
  forbidden: 'the service denied permission',
  not_found: 'the service does not know what was asked for',
  bad_request: 'the service rejected the request',
  rate_limited: 'the service asks to wait',
  server: 'the service failed',
  network: 'the service could not be reached',
  timeout: 'the service did not answer in time',
  bad_response: 'the answer of the service could not be read',
  too_large: 'the answer of the service is too large',
  redirected: 'the service redirected the request, which is not followed',
  intercepted: 'a proxy or CDN between this computer and the service answered in its place',
  proxy: 'the proxy of this network does not let the request through',
  certificate: 'the certificate shown for the service is not trusted',
  aborted: 'the request was cancelled',
};

function describe(code: ApiErrorCode, info: ApiErrorInfo): string {
  const facts = [
    info.endpoint,
    info.status === undefined || info.status === null ? null : `status ${info.status}`,
    info.detail === undefined || info.detail === '' ? null : info.detail,
    info.requestId === undefined || info.requestId === null ? null : `request ${info.requestId}`,
  ].filter((fact) => fact !== null);
  return `${SAID[code]} (${facts.join(', ')})`;
}

/** An error body of the service, whatever its age: `{error,type,requestId}`, `{error,code,details}` or `{message,code,details}`. */
export interface ErrorBody {
  /** The closed word: `type` today, `code` in older bodies; upper case. */
  readonly type: string | null;
  readonly text: string | null;
  readonly requestId: string | null;
  readonly actionRequired: string | null;
  /** False for HTML, plain text and nothing: the service refuses with JSON objects. */
  readonly isObject: boolean;
}

const EMPTY_BODY: ErrorBody = { type: null, text: null, requestId: null, actionRequired: null, isObject: false };

/** Reads an error body of any shape; a body that is not JSON gives only nulls (its HTML is nobody's message). */
export function parseErrorBody(body: string): ErrorBody {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return EMPTY_BODY;
  }
  const outer = toRecord(value);
  if (outer === null) {
    return EMPTY_BODY;
  }
  // Some gateways nest the whole body under `error`.
  const inner = toRecord(outer['error']) ?? outer;
  const type = toText(inner['type']) ?? toText(inner['code']) ?? toText(outer['type']) ?? toText(outer['code']);
  return {
    type: type === null ? null : type.toUpperCase(),
    text: toText(inner['error']) ?? toText(inner['message']) ?? toText(outer['message']),
    requestId: toText(inner['requestId']) ?? toText(outer['requestId']),
    actionRequired: toText(inner['actionRequired']) ?? toText(outer['actionRequired']),
    isObject: true,
  };
}

/**
 * Which error a status and body mean (API facts §5). `usesConnection` tells whether the endpoint needs a connection at all.
 * A 401 is split: key, connection, or "try again". A refusal without a JSON object, even with an empty body, is not taken for the service's
 * word: a CDN's challenge page must not disable a good key.
 */
export function classify(status: number, body: ErrorBody, usesConnection: boolean): ApiErrorCode {
  if (status >= 300 && status < 400) {
    return 'redirected';
  }
  switch (status) {
    case 404:
    case 410:
      return 'not_found';
    case 407:
      return 'proxy';
    case 408:
      return 'timeout';
    case 429:
      return 'rate_limited';
    case 511:
      return 'intercepted';
    default:
      break;
  }
  if (status >= 400 && status < 500 && !body.isObject) {
    return 'intercepted';
  }
  if (status === 401) {
    return classify401(body, usesConnection);
  }
  if (status === 403) {
    return 'forbidden';
  }
  if (status >= 500) {
    return 'server';
  }
  return status >= 400 ? 'bad_request' : 'bad_response';
}

function classify401(body: ErrorBody, usesConnection: boolean): ApiErrorCode {
  switch (body.type) {
    case 'UNAUTHORIZED':
      return 'key_refused';
    case 'SESSION_NOT_PROVIDED':
      return 'session_missing';
    case 'SESSION_EXPIRED':
      return 'session_expired';
    case 'RULES_OUTDATED':
      return 'rules_outdated';
    default:
      break;
  }
  // An older or unknown body: its words decide. Without a clue the connection is suspected where one was used, because sessions end often and
  // keys seldom, and because a key can then be proven good by one call that needs no connection; where none was used it can only be the key.
  const words = `${body.type ?? ''} ${body.text ?? ''} ${body.actionRequired ?? ''}`.toUpperCase();
  if (/\bRULES?\b|_RULES|RULES_/.test(words)) {
    return 'rules_outdated';
  }
  if (/API[ _-]?KEY|INVALID[ _-]KEY/.test(words) || !usesConnection) {
    return 'key_refused';
  }
  if (/NOT[ _-](PROVIDED|FOUND)|MISSING|UNKNOWN/.test(words)) {
    return 'session_missing';
  }
  return 'session_expired';
}

/**
 * Makes text of the service fit for a message: secrets replaced, URLs cut, one line, at most 160 characters.
 * @param secrets values that must never be repeated, even when the service echoes them
 */
export function scrub(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret !== '') {
      clean = clean.replaceAll(secret, '***');
    }
  }
  return clean
    .slice(0, 1000)
    .replaceAll(/\bhttps?:\/\/\S+/gi, '(address)')
    .replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, 160);
}

/** A request id as it may be shown, or null when it does not look like one. */
export function cleanRequestId(text: string | null, secrets: readonly string[]): string | null {
  return text !== null && /^[\w.:-]{1,80}$/.test(text) && !secrets.some((secret) => text.includes(secret))
    ? text
    : null;
}

/** An API error as a person sees it: what happened and the next step. */
export function toAppError(error: ApiError): AppError {
  const [code, hint] = toCodeAndHint(error);
  return new AppError(code, error.message, hint, { cause: error });
}

function toCodeAndHint(error: ApiError): [AppError['code'], string] {
  switch (error.code) {
    case 'key_refused':
      return ['key_refused', 'Check the API key in the OFAuth dashboard and enter it again.'];
    case 'session_missing':
      return ['connection_refused', 'Check the connection id, or link the account again in the OFAuth dashboard.'];
    case 'session_expired':
      return ['connection_refused', 'Link the account again in the OFAuth dashboard, then run again.'];
    case 'forbidden':
      // The list of connections needs a right of the key, everything else one of the connection (API facts §1).
      return error.endpoint === 'connections'
        ? [
            'permission_missing',
            'Give the key the ACCOUNT scope in the OFAuth dashboard, or add the account with the id of its connection.',
          ]
        : ['permission_missing', 'Give the connection messages:read and profile:read in the OFAuth dashboard.'];
    case 'not_found':
      return error.endpoint.startsWith('chats/')
        ? ['chat_unknown', 'List the chats of the account and choose one of them.']
        : ['service_unusable', 'Check the API address.'];
    case 'rules_outdated':
    case 'rate_limited':
    case 'server':
      return ['service_unreachable', 'Run again later; everything fetched so far is kept.'];
    case 'network':
    case 'timeout':
      return ['service_unreachable', 'Check the internet, and the API address if it was changed, then try again.'];
    case 'intercepted':
      return [
        'service_unreachable',
        'Run again later, or from another network; if it stays, switch a VPN off or ask who runs this network.',
      ];
    case 'proxy':
      return [
        'service_unreachable',
        'Check the proxy in HTTPS_PROXY or in the system settings; a name and password go into HTTPS_PROXY=http://name:password@host:port.',
      ];
    case 'certificate':
      return ['service_unreachable', certificateHint(error.detail)];
    case 'bad_response':
    case 'too_large':
      return ['service_unusable', 'Run again later; if it stays, check the API address.'];
    case 'redirected':
      return ['service_unusable', 'Enter the address that the API itself answers at.'];
    case 'bad_request':
      return ['service_unusable', 'Update Chatkeep, or report this with the request id.'];
    case 'aborted':
      return ['interrupted', 'Run again to go on.'];
    default:
      return assertNever(error.code, 'API error');
  }
}

/** The next step for a code of OpenSSL or Node, such as `CERT_HAS_EXPIRED`. */
function certificateHint(code: string | null): string {
  if (code !== null && /NOT_YET_VALID|EXPIRED/.test(code)) {
    return "Check this computer's date and time, then run again.";
  }
  if (code !== null && /ALTNAME|HOSTNAME/.test(code)) {
    return 'Sign in to the network if it has a sign-in page, and check the API address.';
  }
  return "If this network inspects connections, add its certificate authority to the system's certificates, or name its file in NODE_EXTRA_CA_CERTS.";
}

function toRecord(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
}

function toText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
