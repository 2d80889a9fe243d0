/**
 * Steering over HTTP, for a sandbox in another process. Below `/__sandbox/` on the API origin, guarded by the key:
 * GET faults | violations | requests | truth | truth/media | truth/file/<id>/<variant>; POST faults {set,options} or
 * {clear}; POST change {verb,…}; POST requests/reset.
 */
import { type IncomingMessage } from 'node:http';
import { z } from 'zod';
import { VARIANTS } from '../contract/model.ts';
import { answer, json, type Answer } from './deliver.ts';
import { FAULT_NAMES, FAULTS, type FaultControl } from './faults.ts';
import { refuse, REFUSALS } from './refusals.ts';
import { type Truth, type TruthChat } from './truth.ts';
import { type Watch } from './watch.ts';

/** The verbs that change the world while it is being archived. */
export interface Changes {
  /** New messages with viewable media; answers their ids, oldest first. */
  addMessages(chatId: number, n: number): number[];
  unlock(mediaId: number): void;
  /** An item that was not ready, or in error, becomes viewable. */
  makeReady(mediaId: number): void;
  edit(messageId: number, text: string): void;
  withdraw(messageId: number): void;
  renameUser(id: number, name: string): void;
  /** Every link issued until now ends. */
  expireLinks(): void;
  /** A new message with an item sent before; answers its id. */
  resend(mediaId: number, chatId: number): number;
}

const Options = z.object({
  every: z.int().positive().optional(),
  times: z.int().nonnegative().optional(),
  probability: z.number().min(0).max(1).optional(),
  match: z
    .object({
      host: z.enum(['api', 'media']).optional(),
      endpoint: z
        .enum(['whoami', 'connections', 'self', 'chats', 'users', 'user', 'media', 'messages', 'file'])
        .optional(),
      chatId: z.number().optional(),
      mediaId: z.number().optional(),
      variant: z.string().optional(),
    })
    .optional(),
  retryAfter: z.number().optional(),
  ms: z.number().optional(),
  afterBytes: z.number().optional(),
  count: z.number().optional(),
  mode: z.literal('replaced').optional(),
  body: z.enum(['current', 'older', 'sdk']).optional(),
});
const Name = z.literal([...FAULT_NAMES]);
const FaultCommand = z.union([
  z.object({ set: Name, options: Options.optional() }),
  z.object({ clear: Name.nullable() }),
]);
const ChangeCommand = z.discriminatedUnion('verb', [
  z.object({ verb: z.literal('addMessages'), chatId: z.number(), n: z.int().positive() }),
  z.object({ verb: z.literal('unlock'), mediaId: z.number() }),
  z.object({ verb: z.literal('makeReady'), mediaId: z.number() }),
  z.object({ verb: z.literal('edit'), messageId: z.number(), text: z.string() }),
  z.object({ verb: z.literal('withdraw'), messageId: z.number() }),
  z.object({ verb: z.literal('renameUser'), id: z.number(), name: z.string() }),
  z.object({ verb: z.literal('expireLinks') }),
  z.object({ verb: z.literal('resend'), mediaId: z.number(), chatId: z.number() }),
]);

export interface Controlled {
  readonly key: string;
  readonly faults: FaultControl;
  readonly watch: Watch;
  readonly changes: Changes;
  readonly truth: () => Truth;
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) {
    if (part instanceof Buffer) {
      parts.push(part);
    }
  }
  return JSON.parse(Buffer.concat(parts).toString());
}

function change(changes: Changes, command: z.infer<typeof ChangeCommand>): unknown {
  switch (command.verb) {
    case 'addMessages':
      return changes.addMessages(command.chatId, command.n);
    case 'unlock':
      return changes.unlock(command.mediaId);
    case 'makeReady':
      return changes.makeReady(command.mediaId);
    case 'edit':
      return changes.edit(command.messageId, command.text);
    case 'withdraw':
      return changes.withdraw(command.messageId);
    case 'renameUser':
      return changes.renameUser(command.id, command.name);
    case 'expireLinks':
      return changes.expireLinks();
    default:
      return changes.resend(command.mediaId, command.chatId);
  }
}

function* lines(items: Iterable<unknown>): Generator<Buffer> {
  for (const item of items) {
    yield Buffer.from(`${JSON.stringify(item)}\n`);
  }
}

/** One JSON value a line. Gathered first: the length is announced. */
function jsonLines(items: Iterable<unknown>): Answer {
  return answer(200, 'application/x-ndjson', Buffer.concat([...lines(items)]).toString());
}

function* chatLines(chats: Iterable<TruthChat>): Generator<unknown> {
  for (const chat of chats) {
    yield { id: chat.id, name: chat.name, username: chat.username, messages: [...chat.messages()] };
  }
}

async function read({ faults, watch, truth }: Controlled, path: string): Promise<Answer> {
  const [, id, variant] = /^truth\/file\/(\d+)\/(\w+)$/.exec(path) ?? [];
  const kept = VARIANTS.find((name) => name === variant);
  if (id !== undefined && kept !== undefined) {
    return json(200, await truth().file(Number(id), kept));
  }
  switch (path) {
    case 'faults':
      return json(200, { known: FAULTS, active: faults.active() });
    case 'violations':
      return json(200, watch.violations);
    case 'requests':
      return json(200, watch.counts());
    case 'truth':
      return jsonLines(chatLines(truth().chats()));
    case 'truth/media':
      return jsonLines(truth().media());
    default:
      return refuse(REFUSALS.noRoute);
  }
}

async function command(
  { faults, watch, changes }: Controlled,
  path: string,
  request: IncomingMessage,
): Promise<Answer> {
  if (path === 'requests/reset') {
    watch.reset();
    return json(200, {});
  }
  const body = await readJson(request);
  if (path === 'faults') {
    const wanted = FaultCommand.parse(body);
    if ('set' in wanted) {
      faults.set(wanted.set, wanted.options);
    } else {
      faults.clear(wanted.clear ?? undefined);
    }
    return json(200, faults.active());
  }
  return path === 'change'
    ? json(200, { result: change(changes, ChangeCommand.parse(body)) ?? null })
    : refuse(REFUSALS.noRoute);
}

/** Answers one request below `/__sandbox/`; 401 without the key, 400 with what was wrong about a command. */
export async function control(controlled: Controlled, request: IncomingMessage, url: URL): Promise<Answer> {
  if (request.headers.apikey !== controlled.key) {
    return refuse(REFUSALS.unauthorized);
  }
  const path = url.pathname.slice('/__sandbox/'.length);
  try {
    return request.method === 'POST' ? await command(controlled, path, request) : await read(controlled, path);
  } catch (error) {
    return json(400, { error: error instanceof Error ? error.message : String(error) });
  }
}
