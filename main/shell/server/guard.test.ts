import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hostsOf, judge } from './guard.ts';

const hosts = hostsOf(8123, ['192.168.1.5', 'fe80::1', 'Box.local']);
const verdict = (headers: Readonly<Record<string, string>>, method = 'POST'): number => {
  const judged = judge({ method, headers: new Headers(headers) }, { hosts });
  return judged.ok ? 200 : judged.status;
};

test('the names of this machine and those named in addition are good, with the port', () => {
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '192.168.1.5', '[fe80::1]', 'box.local', 'BOX.LOCAL']) {
    expect(verdict({ host: `${host}:8123` }, 'GET'), host).toBe(200);
    expect(verdict({ host }, 'GET'), host).toBe(421);
  }
});

test('at port 80, which browsers leave out, the name alone is good', () => {
  const plain = hostsOf(80, []);
  for (const host of ['127.0.0.1', 'localhost', '[::1]', 'localhost:80']) {
    const headers = new Headers({ host, origin: `http://${host}` });
    expect(judge({ method: 'POST', headers }, { hosts: plain }).ok, host).toBe(true);
  }
  expect(judge({ method: 'GET', headers: new Headers({ host: 'evil.example' }) }, { hosts: plain }).ok).toBe(false);
});

test('whatever the origin, only the one of the Host itself may post', () => {
  const host = '127.0.0.1:8123';
  const near = fc.constantFrom('http://127.0.0.1', 'https://127.0.0.1:8123', 'http://127.0.0.1:81230', 'null', '');
  fc.assert(
    fc.property(fc.oneof(fc.webUrl(), near, fc.string({ unit: 'grapheme-ascii' })), (origin) => {
      expect(verdict({ host, origin: origin.trim() })).toBe(403);
    }),
  );
  expect(verdict({ host, origin: `http://${host}` })).toBe(200);
  expect(verdict({ host })).toBe(403);
});

test('whatever the Host, only a known one is let in', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.domain(), fc.ipV4(), fc.string({ unit: 'grapheme-ascii' })),
      fc.boolean(),
      (name, ported) => {
        const host = (ported ? `${name}:8123` : name).trim();
        fc.pre(!hosts.has(host.toLowerCase()));
        expect(verdict({ host, origin: `http://${host}` })).toBe(421);
      },
    ),
  );
});
