/** Accounts: whose chats are kept, and how their connection stands. */

export type AccountStatus = 'ok' | 'needsAttention';

export interface AccountRow {
  /** Local id. */
  readonly id: number;
  readonly name: string;
  /** Origin of the API, without a trailing slash. Together with `identity` it is the account's identity. */
  readonly apiBase: string;
  /** `user:<id>` where the service tells the account's own user id, else `connection:<sha256 of the connection id>`. */
  readonly identity: string;
  /** The account's own user id at the service: messages from it are "me". Null when the service does not tell. */
  readonly userId: number | null;
  readonly username: string | null;
  /** Requests a minute for a connection; 0 = none; null = the documented default. */
  readonly ratePerMinute: number | null;
  readonly status: AccountStatus;
  readonly statusReason: string | null;
  /** Whether whole conversations are kept (messages without media too). */
  readonly wholeConversations: boolean;
}
