/** A company's network on loopback: an authority of its own, a server with a certificate of it, and a proxy that answers CONNECT. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
const NAMES = 'DNS:api.company.test,DNS:media.company.test,DNS:localhost,IP:127.0.0.1';

export interface Authority {
  /** PEM file of the authority's certificate. */
  readonly file: string;
  readonly key: Buffer;
  readonly cert: Buffer;
  remove(): void;
}

/** A new authority, and a certificate of it for the servers of the test. Made by `openssl`. */
export function makeAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'chatkeep-authority-'));
  const path = (name: string): string => join(folder, name);
  const request = (...args: string[]): void => {
    execFileSync('openssl', ['req', '-x509', ...KEY, '-days', '2', ...args], { stdio: 'pipe' });
  };
  request('-keyout', path('ca.key'), '-out', path('ca.pem'), '-subj', '/CN=Company authority');
  request(
    ...['-keyout', path('server.key'), '-out', path('server.pem'), '-subj', '/CN=Company server'],
    ...['-CA', path('ca.pem'), '-CAkey', path('ca.key')],
    ...['-addext', `subjectAltName=${NAMES}`, '-addext', 'basicConstraints=critical,CA:FALSE'],
  );
  return {
    file: path('ca.pem'),
    key: readFileSync(path('server.key')),
    cert: readFileSync(path('server.pem')),
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function listen(server: Server, sockets: Set<Socket>): Promise<number> {
  server.on('connection', (socket) => sockets.add(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

export interface Listening {
  readonly port: number;
  /** TCP connections so far. */
  readonly connections: () => number;
  close(): Promise<void>;
}

async function listening(server: Server): Promise<Listening> {
  const sockets = new Set<Socket>();
  const port = await listen(server, sockets);
  return {
    port,
    connections: () => sockets.size,
    close: async () => {
      sockets.forEach((socket) => socket.destroy());
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
}

export function tlsServer({ key, cert }: Authority, respond: RequestListener): Promise<Listening> {
  return listening(createHttpsServer({ key, cert }, respond).on('tlsClientError', () => undefined));
}

export interface Proxy extends Listening {
  /** Hosts that were asked for, with the headers of each CONNECT. */
  readonly asked: { readonly host: string; readonly headers: IncomingHttpHeaders }[];
  /** Everything that was sent through the tunnels, as it went over the wire. */
  readonly seen: Buffer[];
  /** Requests in clear. */
  readonly clear: string[];
}

/** Leads every host to `target` (a port of loopback), or answers CONNECT with a refusal; `silent`: never. */
export async function connectProxy(answer: number | 'silent' | { readonly target: number }): Promise<Proxy> {
  const asked: Proxy['asked'] = [];
  const seen: Buffer[] = [];
  const clear: string[] = [];
  const server = createHttpServer((request, response) => {
    clear.push(request.url ?? '');
    response.writeHead(500).end();
  });
  server.on('connect', (request, socket: Socket, head) => {
    asked.push({ host: request.url ?? '', headers: request.headers });
    if (answer === 'silent') {
      return;
    }
    if (typeof answer === 'number') {
      socket.end(`HTTP/1.1 ${answer} No\r\ncontent-type: text/html\r\ncontent-length: 9\r\n\r\n<h1>No</h1>`);
      return;
    }
    const far = connect(answer.target, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      far.write(head);
      socket.on('data', (bytes: Buffer) => seen.push(bytes));
      socket.pipe(far).pipe(socket);
    });
    far.on('error', () => socket.destroy());
    socket.on('close', () => far.destroy());
  });
  return { ...(await listening(server)), asked, seen, clear };
}
