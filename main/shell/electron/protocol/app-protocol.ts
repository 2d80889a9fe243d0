import type { ElectronModules } from '../electron-modules.ts';
import { isOwnUrl, SCHEME } from './app-origin.ts';

/**
 * Electron's security checklist, 18: pages come from a scheme of our own, never from `file://`. Standard and secure, so that it has an
 * origin, `'self'` means something and media can be sought; no service workers, no CORS, no way around the CSP.
 *
 * Electron takes this call once, and only before `ready`; a scheme more would have to stand in the same list.
 */
export function registerAppScheme(protocol: Pick<ElectronModules['protocol'], 'registerSchemesAsPrivileged'>): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: SCHEME,
      privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true },
    },
  ]);
}

export interface AppProtocolPorts {
  /** The protocol object of the session that the windows use. */
  readonly protocol: Pick<ElectronModules['protocol'], 'handle' | 'unhandle'>;
  /** Answers pages, media and thumbnails, with byte ranges and the CSP (checklist, 7). Never sees a foreign host. */
  readonly answer: (request: Request) => Promise<Response>;
  readonly onFault: (error: unknown) => void;
}

/**
 * Answers every request of the scheme. Only our own host, only GET and HEAD: calls travel over IPC. A request that cannot be answered gets a status,
 * never a rejected promise, which Chromium would show as a broken page.
 */
export function enableAppProtocol(ports: AppProtocolPorts): () => void {
  const { protocol, answer, onFault } = ports;
  protocol.handle(SCHEME, async (request) => {
    if (!isOwnUrl(request.url)) {
      return refuse(403);
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return refuse(405);
    }
    try {
      return await answer(request);
    } catch (error) {
      // A page that left in the middle of a picture is no fault.
      if (!request.signal.aborted) {
        onFault(error);
      }
      return refuse(500);
    }
  });
  return () => protocol.unhandle(SCHEME);
}

const refuse = (status: number): Response =>
  new Response(null, {
    status,
    headers: { 'content-security-policy': "default-src 'none'", 'x-content-type-options': 'nosniff' },
  });
