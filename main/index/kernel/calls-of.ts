/** What a function of the index takes and answers, without the database that its thread gives it. */
type CallOf<Work> = Work extends (db: never) => infer Output
  ? (input: Record<string, never>) => Output
  : Work extends (db: never, input: infer Input) => infer Output
    ? (input: Input) => Output
    : never;

/** The calls that a list of functions answers, by name. */
export type CallsOf<List> = { readonly [Name in keyof List]: CallOf<List[Name]> };

/** The functions behind a list of calls. */
export type Answers<Calls extends { readonly [Name in keyof Calls]: (input: never) => unknown }, Database> = {
  readonly [Name in keyof Calls]: (db: Database, input: Parameters<Calls[Name]>[0]) => ReturnType<Calls[Name]>;
};
