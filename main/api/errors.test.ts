import { describe, expect, it } from 'vitest';
import { API_ERROR_CODES, ApiError, classify, parseErrorBody, scrub, toAppError } from './errors.ts';

const codeOf = (status: number, body: string, usesConnection = true): string =>
  classify(status, parseErrorBody(body), usesConnection);

describe('error bodies', () => {
  it('are read in all three shapes', () => {
    expect(parseErrorBody('{"error":"No key","type":"UNAUTHORIZED","requestId":"req_1","actionRequired":"x"}')).toEqual(
      {
        type: 'UNAUTHORIZED',
        text: 'No key',
        requestId: 'req_1',
        actionRequired: 'x',
      },
    );
    expect(parseErrorBody('{"error":"No key","code":"AUTH_KEY","details":{}}')).toMatchObject({
      type: 'AUTH_KEY',
      text: 'No key',
    });
    expect(parseErrorBody('{"message":"No key","code":"auth_key"}')).toMatchObject({
      type: 'AUTH_KEY',
      text: 'No key',
    });
    expect(parseErrorBody('{"error":{"message":"No key","type":"UNAUTHORIZED"}}')).toMatchObject({
      type: 'UNAUTHORIZED',
      text: 'No key',
    });
  });

  it('that are no JSON objects say nothing', () => {
    for (const body of ['', '<html>502</html>', '[]', '"text"', 'null', '{']) {
      expect(parseErrorBody(body)).toEqual({ type: null, text: null, requestId: null, actionRequired: null });
    }
  });
});

describe('a 401', () => {
  it.each([
    ['{"error":"Invalid API key","type":"UNAUTHORIZED"}', 'key_refused'],
    ['{"error":"x","type":"SESSION_NOT_PROVIDED"}', 'session_missing'],
    ['{"error":"x","type":"SESSION_EXPIRED"}', 'session_expired'],
    ['{"error":"x","type":"RULES_OUTDATED"}', 'rules_outdated'],
    ['{"error":"Bad key","code":"AUTH_INVALID_KEY"}', 'key_refused'],
    ['{"message":"API key revoked"}', 'key_refused'],
    ['{"error":"Connection not found","code":"AUTH_CONNECTION"}', 'session_missing'],
    ['{"error":"x","code":"AUTH_SESSION_EXPIRED"}', 'session_expired'],
    ['<html>Unauthorized</html>', 'session_expired'],
  ])('with %s means %s', (body, code) => {
    expect(codeOf(401, body)).toBe(code);
  });

  it('without a clue is about the key where no connection was used', () => {
    expect(codeOf(401, '<html>Unauthorized</html>', false)).toBe('key_refused');
  });
});

describe('other statuses', () => {
  it.each([
    [301, 'redirected'],
    [400, 'bad_request'],
    [422, 'bad_request'],
    [403, 'forbidden'],
    [404, 'not_found'],
    [410, 'not_found'],
    [408, 'timeout'],
    [429, 'rate_limited'],
    [500, 'server'],
    [502, 'server'],
    [504, 'server'],
    [204, 'bad_response'],
  ])('%i is %s', (status, code) => {
    expect(codeOf(status, '')).toBe(code);
  });
});

describe('ApiError', () => {
  it('says in one line what happened, with the request id', () => {
    const error = new ApiError('rate_limited', {
      endpoint: 'chats',
      status: 429,
      requestId: 'req_7',
      detail: 'Too many',
    });
    expect(error.message).toBe('the service asks to wait (chats, status 429, Too many, request req_7)');
    expect(error.retryable).toBe(true);
    expect(new ApiError('forbidden', { endpoint: 'chats' }).retryable).toBe(false);
  });

  it('becomes an AppError with a hint for every code', () => {
    for (const code of API_ERROR_CODES) {
      const error = toAppError(new ApiError(code, { endpoint: 'chats/:id/media' }));
      expect(error.hint).toMatch(/^[A-Z].*\.$/);
    }
    expect(toAppError(new ApiError('not_found', { endpoint: 'chats/:id/media' })).code).toBe('chat_unknown');
    expect(toAppError(new ApiError('not_found', { endpoint: 'self' })).code).toBe('service_unusable');
    expect(toAppError(new ApiError('key_refused', { endpoint: 'self' })).code).toBe('key_refused');
  });
});

describe('scrub', () => {
  it('replaces secrets, cuts addresses and control characters, and bounds the length', () => {
    expect(scrub('Key sk_1\nfor https://a.b/c?d=e is\u202e bad', ['sk_1'])).toBe('Key *** for (address) is bad');
    expect(scrub('x'.repeat(5000), [])).toHaveLength(160);
  });
});
