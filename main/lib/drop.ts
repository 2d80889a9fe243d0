/** Marks a promise that is deliberately not awaited; its failure goes to `onError`, never unheard. */
export function drop(promise: Promise<unknown>, onError: (error: unknown) => void): void {
  promise.catch(onError);
}
