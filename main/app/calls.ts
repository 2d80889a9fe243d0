/**
 * THE list of everything a screen can ask of the app. A call is defined in the `calls.ts` of its subject: the schema of its input and the
 * type of its answer. Every answer is a `Result` (errors.ts). Screens import the types of this file alone.
 */
import type { Result } from '../contract/errors.ts';
import { accountCalls } from './accounts/calls.ts';
import { backupCalls } from './backup/calls.ts';
import { chatCalls } from './chats/calls.ts';
import { checkCalls } from './checks/calls.ts';
import { exportCalls } from './exports/calls.ts';
import type { Call, InputOf, OutputOf } from './kernel/call.ts';
import { labelCalls } from './labels/calls.ts';
import { ledgerCalls } from './ledger/calls.ts';
import { libraryCalls } from './library/calls.ts';
import { mediaCalls } from './media/calls.ts';
import { messageCalls } from './messages/calls.ts';
import { searchCalls } from './search/calls.ts';
import { settingsCalls } from './settings/calls.ts';
import { syncCalls } from './sync/calls.ts';
import { systemCalls } from './system/calls.ts';
import { trashCalls } from './trash/calls.ts';
import { updateCalls } from './updates/calls.ts';

const all = {
  ...systemCalls,
  ...settingsCalls,
  ...updateCalls,
  ...libraryCalls,
  ...checkCalls,
  ...backupCalls,
  ...accountCalls,
  ...chatCalls,
  ...mediaCalls,
  ...labelCalls,
  ...searchCalls,
  ...trashCalls,
  ...messageCalls,
  ...syncCalls,
  ...ledgerCalls,
  ...exportCalls,
};
type Calls = typeof all;

export type CallName = keyof Calls;
export type CallInput<Name extends CallName> = InputOf<Calls[Name]>;
export type CallOutput<Name extends CallName> = OutputOf<Calls[Name]>;
export type CallResult<Name extends CallName> = Result<CallOutput<Name>>;
/** Answers one call; throws AppError, ApiError, StoreError or Refusal. The input has been checked. */
export type Handler<Name extends CallName> = (
  input: CallInput<Name>,
  signal: AbortSignal,
) => CallOutput<Name> | Promise<CallOutput<Name>>;
/** One for each call. */
export type Handlers = { readonly [Name in CallName]: Handler<Name> };

export const CALLS: { readonly [Name in CallName]: Call<CallInput<Name>, CallOutput<Name>> } = all;
export const isCallName = (name: unknown): name is CallName => typeof name === 'string' && Object.hasOwn(CALLS, name);
export const CALL_NAMES: readonly CallName[] = Object.keys(CALLS).filter(isCallName);
