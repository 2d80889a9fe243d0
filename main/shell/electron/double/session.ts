import type { OriginServer } from './origin-server.ts';

type Handler = (request: Request) => Response | Promise<Response>;

/** Privileged schemes: once, and only before ready, as Electron's documentation of `protocol` says. */
export class ProtocolDouble {
  readonly handlers = new Map<string, Handler>();
  registrations = 0;
  schemes: readonly { readonly scheme: string; readonly privileges?: object }[] = [];
  readonly #isReady: () => boolean;

  constructor(isReady: () => boolean) {
    this.#isReady = isReady;
  }

  registerSchemesAsPrivileged(schemes: readonly { readonly scheme: string; readonly privileges?: object }[]): void {
    if (this.#isReady()) {
      throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
    }
    this.registrations += 1;
    this.schemes = schemes;
  }

  handle(scheme: string, handler: Handler): void {
    if (!this.#isReady()) {
      throw new Error('protocol.handle should be called after app is ready');
    }
    if (this.handlers.has(scheme)) {
      throw new Error(`Failed to register protocol: ${scheme}`);
    }
    this.handlers.set(scheme, handler);
  }

  unhandle(scheme: string): void {
    this.handlers.delete(scheme);
  }

  /** As Chromium asks; 404 where nobody handles the scheme. */
  async answer(request: Request): Promise<Response> {
    const handler = this.handlers.get(new URL(request.url).protocol.slice(0, -1));
    return handler === undefined ? new Response(null, { status: 404 }) : await handler(request);
  }
}

type BeforeRequest = (
  details: { readonly url: string; readonly resourceType: string },
  callback: (answer: { readonly cancel?: boolean }) => void,
) => void;
type PermissionRequest = (
  contents: unknown,
  permission: string,
  callback: (granted: boolean) => void,
  details: { readonly requestingUrl: string },
) => void;
type PermissionCheck = (contents: unknown, permission: string, origin: string) => boolean;

/** A session: its protocol, what may be loaded, what may be asked for. */
export class SessionDouble {
  readonly protocol: ProtocolDouble;
  /** Where a real browser reaches `protocol`; made when the first page of this session is. */
  server: OriginServer | null = null;
  spellChecker = true;
  #beforeRequest: BeforeRequest | null = null;
  #request: PermissionRequest | null = null;
  #check: PermissionCheck | null = null;
  #device: ((details: unknown) => boolean) | null = null;

  constructor(isReady: () => boolean) {
    this.protocol = new ProtocolDouble(isReady);
  }

  readonly webRequest = {
    onBeforeRequest: (listener: BeforeRequest): void => {
      this.#beforeRequest = listener;
    },
  };

  setPermissionRequestHandler(handler: PermissionRequest | null): void {
    this.#request = handler;
  }

  setPermissionCheckHandler(handler: PermissionCheck | null): void {
    this.#check = handler;
  }

  setDevicePermissionHandler(handler: ((details: unknown) => boolean) | null): void {
    this.#device = handler;
  }

  setDisplayMediaRequestHandler(): void {
    // Chromium under test has no screens to capture.
  }

  setBluetoothPairingHandler(): void {
    // Nor bluetooth.
  }

  setUSBProtectedClassesHandler(): void {
    // Nor USB.
  }

  setSpellCheckerEnabled(enabled: boolean): void {
    this.spellChecker = enabled;
  }

  /** As Chromium asks before a load; Electron allows what nobody listens for. */
  mayLoad(url: string, resourceType: string): boolean {
    let cancelled = false;
    this.#beforeRequest?.({ url, resourceType }, ({ cancel }) => {
      cancelled = cancel === true;
    });
    return !cancelled;
  }

  /** As Chromium asks when a page requests a permission; Electron grants what nobody decides. */
  requestPermission(permission: string, requestingUrl: string): boolean {
    let granted = true;
    this.#request?.(
      null,
      permission,
      (answer) => {
        granted = answer;
      },
      { requestingUrl },
    );
    return granted;
  }

  checkPermission(permission: string, origin: string): boolean {
    return this.#check?.(null, permission, origin) ?? true;
  }

  checkDevice(): boolean {
    return this.#device?.({}) ?? true;
  }
}
