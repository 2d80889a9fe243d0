/** The stand-in of the service with everything that can go wrong, switched on by name. */
import { answer, html, type Answer } from '../deliver.ts';
import type { Asked, Interference } from '../interference.ts';
import { hostRefusal, refuse, REFUSALS, type Refusal } from '../refusals.ts';
import { startSandbox as start, type Sandbox as Base, type SandboxOptions as BaseOptions } from '../sandbox.ts';
import { deliverBadly, withHeaders } from './bad-delivery.ts';
import { BadFiles } from './bad-files.ts';
import { changesBetweenPages, faultyPage } from './bad-pages.ts';
import { FaultControl, isFaultName, type FaultName, type FaultOptions } from './faults.ts';

export { FAULT_NAMES, FAULTS, type FaultName, type FaultOptions } from './faults.ts';

export interface SandboxOptions extends BaseOptions {
  /** Switched on from the start. */
  readonly faults?: Readonly<Partial<Record<FaultName, FaultOptions>>>;
}

export interface Sandbox extends Base {
  readonly faults: FaultControl;
}

/** Starts both servers. Fails when a port is taken; close what it answers when done. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const faults = new FaultControl(options.seed ?? 1);
  const sandbox = await start(options, interferenceOf(faults));
  for (const [name, settings] of Object.entries(options.faults ?? {})) {
    if (isFaultName(name)) {
      faults.set(name, settings);
    }
  }
  return Object.assign(sandbox, { faults });
}

function interferenceOf(faults: FaultControl): Interference {
  const files = new BadFiles(faults);
  return {
    refusal: (asked) => refusalFault(faults, asked),
    beforePage: (live, asked, request) => changesBetweenPages(live, faults, asked, request),
    page: (context, asked, request) => faultyPage(context, faults, asked, request),
    answer: (reply, asked) => spoil(faults, reply, asked),
    link: (link, asked, links) => files.link(link, asked, links),
    beforeFile: (...file) => files.before(...file),
    file: (...file) => files.file(...file),
    deliver: (sending, asked) => deliverBadly(faults, asked, sending),
  };
}

const BOM = Buffer.from('\uFEFF');

/** A good answer turned bad. */
function spoil(faults: FaultControl, reply: Answer, context: Asked): Answer {
  if (reply.status !== 200) {
    return reply;
  }
  if (faults.strike('ok-html', context) !== null) {
    return html(200, 'Just a moment');
  }
  if (faults.strike('ok-broken-json', context) !== null) {
    const text = Buffer.concat([...reply.body]).toString();
    return answer(
      200,
      'application/json; charset=utf-8',
      `${text.slice(0, Math.floor(text.length * 0.6))}"url":"https://x"y"}`,
    );
  }
  const marked =
    faults.strike('byte-order-mark', context) === null
      ? reply
      : { ...reply, length: reply.length + BOM.length, body: [BOM, ...reply.body] };
  return withHeaders(faults, context, marked);
}

const REFUSING: readonly (readonly [FaultName, Refusal])[] = [
  ['unauthorized-key', REFUSALS.unauthorized],
  ['session-missing', REFUSALS.sessionMissing],
  ['session-expired', REFUSALS.sessionExpired],
  ['rules-outdated', REFUSALS.rulesOutdated],
  ['rate-limit', REFUSALS.rateLimited],
  ['rate-limit-no-retry-after', REFUSALS.rateLimited],
  ['forbidden', REFUSALS.forbidden],
  ['service-unavailable', REFUSALS.unavailable],
  ['bad-gateway', REFUSALS.badGateway],
];

/** Pages of what stands in between: they say nothing about the request. */
const PAGES: readonly (readonly [FaultName, number, string])[] = [
  ['server-error-html', 500, '500 Internal Server Error'],
  ['challenge', 403, 'Just a moment...'],
  ['proxy-login', 407, 'Proxy Authentication Required'],
];

/** The answer of a fault that refuses the request outright, or null. The media host speaks no JSON. */
function refusalFault(faults: FaultControl, context: Asked): Answer | null {
  for (const [name, refusal] of REFUSING) {
    const options = faults.strike(name, context);
    if (options !== null) {
      const headers: Record<string, string> =
        name === 'rate-limit' ? { 'retry-after': String(options.retryAfter ?? 1) } : {};
      return context.endpoint === 'file'
        ? hostRefusal(refusal.status, refusal.error, headers)
        : refuse(refusal, headers, options.body);
    }
  }
  for (const [name, status, title] of PAGES) {
    if (faults.strike(name, context) !== null) {
      return html(status, title);
    }
  }
  return null;
}
