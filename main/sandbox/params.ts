/** Query parameters as the endpoints' contract limits them: a breach is answered 400 and noted. */
import { badRequest, type Refusal } from './refusals.ts';
import { type ViolationKind, type Watch } from './watch.ts';

/** Thrown inside an endpoint to answer with a refusal. */
export class RefusedError extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.error);
    this.refusal = refusal;
  }
}

export class Params {
  readonly #query: URLSearchParams;
  readonly #watch: Watch;
  readonly #path: string;

  /** Notes every parameter that is not among `known`. */
  constructor(url: URL, watch: Watch, known: readonly string[]) {
    this.#query = url.searchParams;
    this.#watch = watch;
    this.#path = url.pathname;
    for (const name of new Set(this.#query.keys())) {
      if (!known.includes(name)) {
        watch.violation('unknown-parameter', 'api', `${this.#path} has no ${name}`);
      }
    }
  }

  text(name: string): string | null {
    return this.#query.get(name);
  }

  all(name: string): string[] {
    return this.#query.getAll(name);
  }

  /** A whole number in [least, most]; `otherwise` when it is not given. */
  int(name: string, least: number, most: number, otherwise: number): number {
    const text = this.#query.get(name);
    if (text === null) {
      return otherwise;
    }
    const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most)) {
      throw this.refused(
        value > most || value < least ? 'over-limit' : 'bad-parameter',
        `${name}=${text}, allowed ${least} to ${most}`,
      );
    }
    return value;
  }

  oneOf(name: string, allowed: readonly string[]): string | null {
    const text = this.#query.get(name);
    if (text !== null && !allowed.includes(text)) {
      throw this.refused('bad-parameter', `${name}=${text}, allowed ${allowed.join(', ')}`);
    }
    return text;
  }

  /** Notes a breach; the error to throw for it. */
  refused(kind: ViolationKind, detail: string): RefusedError {
    this.#watch.violation(kind, 'api', `${this.#path}: ${detail}`);
    return new RefusedError(badRequest(`Invalid request: ${detail}`));
  }
}
