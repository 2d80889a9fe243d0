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
        isObject: true,
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
      expect(parseErrorBody(body)).toEqual({
        type: null,
        text: null,
        requestId: null,
        actionRequired: null,
        isObject: false,
      });
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
    ['{}', 'session_expired'],
  ])('with %s means %s', (body, code) => {
    expect(codeOf(401, body)).toBe(code);
  });

  it('without a clue is about the key where no connection was used', () => {
    expect(codeOf(401, '{}', false)).toBe('key_refused');
  });
});

describe('a refusal that is no JSON object', () => {
  it.each([401, 403, 400, 405, 421, 451])('with %i comes from something in between', (status) => {
    for (const body of ['<!doctype html><title>Just a moment...</title>', 'Forbidden', '']) {
      expect(codeOf(status, body)).toBe('intercepted');
      expect(codeOf(status, body, false)).toBe('intercepted');
    }
  });

  it('says that the service did not answer, and is tried again', () => {
    const error = new ApiError('intercepted', { endpoint: 'chats', status: 403, detail: 'cloudflare' });
    expect(error.message).toBe(
      'a proxy or CDN between this computer and the service answered in its place (chats, status 403, cloudflare)',
    );
    expect([error.retryable, toAppError(error).code]).toEqual([true, 'service_unreachable']);
    expect(toAppError(error).hint).toContain('another network');
  });

  it('511 is a sign-in page of the network, and 407 a proxy that wants a password, whatever its body', () => {
    expect(codeOf(511, '<html>')).toBe('intercepted');
    expect([codeOf(407, '<html>'), codeOf(407, '{"error":"x"}')]).toEqual(['proxy', 'proxy']);
    const error = new ApiError('proxy', { endpoint: 'chats', status: 407 });
    expect([error.retryable, toAppError(error).code]).toEqual([false, 'service_unreachable']);
    expect(toAppError(error).hint).toContain('HTTPS_PROXY');
  });
});

describe('other statuses', () => {
  it.each([
    [301, 'redirected'],
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

  it.each([
    [400, 'bad_request'],
    [422, 'bad_request'],
    [403, 'forbidden'],
  ])('%i with JSON is %s', (status, code) => {
    expect(codeOf(status, '{}')).toBe(code);
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
    // The right to list connections is the key's, not the connection's.
    expect(toAppError(new ApiError('forbidden', { endpoint: 'connections' })).hint).toContain('ACCOUNT');
    expect(toAppError(new ApiError('forbidden', { endpoint: 'self' })).hint).toContain('profile:read');
    expect(toAppError(new ApiError('key_refused', { endpoint: 'self' })).code).toBe('key_refused');
  });
});

describe('scrub', () => {
  it('replaces secrets, cuts addresses and control characters, and bounds the length', () => {
    expect(scrub('Key sk_1\nfor https://a.b/c?d=e is\u202e bad', ['sk_1'])).toBe('Key *** for (address) is bad');
    expect(scrub('x'.repeat(5000), [])).toHaveLength(160);
  });
});
