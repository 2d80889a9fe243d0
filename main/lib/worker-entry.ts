/**
 * Where a worker's file lies, seen from the module that starts it. Sources run as they are (`.ts`, under Node 24 and vitest); the bundle
 * puts every chunk and every worker flat into one folder, so there the worker is a neighbour whatever folder its source came from.
 *
 * @param importMetaUrl `import.meta.url` of the caller
 * @param relativePath the worker's source, relative to the caller, without suffix: `./index-worker`
 */
export function workerEntry(importMetaUrl: string, relativePath: string): URL {
  if (importMetaUrl.endsWith('.ts')) {
    return new URL(`${relativePath}.ts`, importMetaUrl);
  }
  const name = relativePath.slice(relativePath.lastIndexOf('/') + 1);
  return new URL(`./${name}.js`, importMetaUrl);
}
