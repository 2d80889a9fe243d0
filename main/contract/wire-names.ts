/** Electron: the names of the four verbs between preload and main process, and the channel on which an event arrives. */
export const IPC = {
  /** invoke(callId, name, input) → Result */
  call: 'chatkeep:call',
  /** send(callId) */
  cancel: 'chatkeep:cancel',
  /** send(event name); counted, so that two listeners of a page are two subscriptions. */
  subscribe: 'chatkeep:subscribe',
  /** send(event name) */
  unsubscribe: 'chatkeep:unsubscribe',
} as const;

export const eventChannel = (event: string): string => `chatkeep:event:${event}`;

/** HTTP: POST here with the input as JSON; 200 with a `Result` whatever the outcome. A dropped connection is the cancel verb. */
export const rpcPath = (call: string): string => `/rpc/${call}`;

/** HTTP: server-sent events, `event:` is the name and `data:` the payload as JSON; resumes by Last-Event-ID, or by `?after=` with the same id. */
export const EVENTS_PATH = '/events';
