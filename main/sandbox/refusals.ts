/** The error bodies of the service (API facts §5): one meaning, three shapes. */
import { answer, json, type Answer } from './deliver.ts';

export interface Refusal {
  readonly status: number;
  readonly type: string;
  readonly error: string;
  readonly actionRequired?: string;
}

export const REFUSALS = {
  unauthorized: { status: 401, type: 'UNAUTHORIZED', error: 'Invalid API key' },
  sessionMissing: {
    status: 401,
    type: 'SESSION_NOT_PROVIDED',
    error: 'No session for this connection',
    actionRequired: 'link_account',
  },
  sessionExpired: {
    status: 401,
    type: 'SESSION_EXPIRED',
    error: 'The session has expired',
    actionRequired: 'refresh_session',
  },
  rulesOutdated: { status: 401, type: 'RULES_OUTDATED', error: 'Signing rules are outdated' },
  forbidden: { status: 403, type: 'FORBIDDEN', error: 'Missing permission messages:read' },
  rateLimited: { status: 429, type: 'RATE_LIMIT_EXCEEDED', error: 'Rate limit exceeded' },
  unavailable: { status: 503, type: 'SERVICE_UNAVAILABLE', error: 'Service unavailable' },
  badGateway: { status: 502, type: 'PROXY_ERROR', error: 'Upstream did not answer' },
  noRoute: { status: 404, type: 'ROUTE_NOT_FOUND', error: 'Route not found' },
  notFound: { status: 404, type: 'RESOURCE_NOT_FOUND', error: 'Resource not found' },
  notAllowed: { status: 405, type: 'BAD_REQUEST', error: 'Method not allowed' },
} as const satisfies Readonly<Record<string, Refusal>>;

export function badRequest(error: string): Refusal {
  return { status: 400, type: 'BAD_REQUEST', error };
}

let serial = 0;

/** A refusal as the service sends it; `shape` picks one of the three bodies in the wild. */
export function refuse(
  refusal: Refusal,
  headers: Readonly<Record<string, string>> = {},
  shape: 'current' | 'older' | 'sdk' = 'current',
): Answer {
  const { status, type, error, actionRequired } = refusal;
  switch (shape) {
    case 'older':
      return json(
        status,
        { error, code: status === 401 || status === 403 ? `AUTH_${type}` : type, details: {} },
        headers,
      );
    case 'sdk':
      return json(status, { message: error, code: type, details: null }, headers);
    default: {
      const requestId = `req_${(++serial).toString(36).padStart(12, '0')}`;
      return json(
        status,
        { error, type, requestId, ...(actionRequired === undefined ? {} : { actionRequired }) },
        headers,
      );
    }
  }
}

/** A refusal of the media host: XML as object stores send it. */
export function hostRefusal(status: number, message: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return answer(
    status,
    'application/xml',
    `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${status}</Code><Message>${message}</Message></Error>`,
    headers,
  );
}
