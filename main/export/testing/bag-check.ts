/**
 * A validator of bags, written from RFC 8493 and apart from everything that makes them (§ numbers are the RFC's). Answers what is wrong;
 * nothing = a valid bag.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export function bagProblems(bag: string): string[] {
  const problems: string[] = [];
  const read = (name: string): string => readFileSync(join(bag, name), 'utf8');
  const names = readdirSync(bag);

  // §2.1.1: two lines, no byte order mark.
  if (!/^BagIt-Version: 1\.0\nTag-File-Character-Encoding: UTF-8\n?$/.test(read('bagit.txt'))) {
    problems.push('bagit.txt is not a declaration');
  }
  // §2.1.2
  if (!names.includes('data') || !statSync(join(bag, 'data')).isDirectory()) {
    problems.push('there is no payload directory');
  }
  const payload = readdirSync(join(bag, 'data'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(bag.length + 1));

  // §2.1.3: every payload file in every payload manifest, each once; §3: every listed file there, with its hash.
  const manifests = names.filter((name) => /^manifest-[a-z0-9]+\.txt$/.test(name));
  if (manifests.length === 0) {
    problems.push('there is no payload manifest');
  }
  for (const manifest of manifests) {
    const listed = checkManifest(bag, manifest, problems);
    for (const path of payload) {
      if (!listed.has(path)) {
        problems.push(`${path} is not in ${manifest}`);
      }
    }
    for (const path of listed) {
      if (!path.startsWith('data/')) {
        problems.push(`${manifest} lists ${path}, which is no payload`);
      }
    }
  }
  // §2.2.1: tag manifests list payload manifests and no tag manifests.
  for (const manifest of names.filter((name) => /^tagmanifest-[a-z0-9]+\.txt$/.test(name))) {
    const listed = checkManifest(bag, manifest, problems);
    for (const path of listed) {
      if (path.startsWith('data/') || path.startsWith('tagmanifest-')) {
        problems.push(`${manifest} lists ${path}`);
      }
    }
    for (const each of manifests) {
      if (!listed.has(each)) {
        problems.push(`${manifest} leaves out ${each}`);
      }
    }
  }
  // §2.2.2
  const info = new Map(
    read('bag-info.txt')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
      }),
  );
  const bytes = payload.reduce((sum, path) => sum + statSync(join(bag, path)).size, 0);
  if (info.get('Payload-Oxum') !== `${String(bytes)}.${String(payload.length)}`) {
    problems.push(
      `Payload-Oxum is ${info.get('Payload-Oxum') ?? 'missing'}, not ${String(bytes)}.${String(payload.length)}`,
    );
  }
  if (!/^\d{4}-\d{2}-\d{2}$/.test(info.get('Bagging-Date') ?? '')) {
    problems.push('Bagging-Date is no date');
  }
  return problems;
}

function checkManifest(bag: string, manifest: string, problems: string[]): Set<string> {
  const algorithm = manifest.replace(/^(?:tag)?manifest-|\.txt$/g, '');
  const listed = new Set<string>();
  for (const line of readFileSync(join(bag, manifest), 'utf8').split('\n')) {
    if (line === '') {
      continue;
    }
    const [, hash = '', encoded = ''] = /^([0-9a-f]+)\s+(.+)$/.exec(line) ?? [];
    const path = encoded.replaceAll('%0A', '\n').replaceAll('%0D', '\r').replaceAll('%25', '%');
    if (path === '' || path.startsWith('/') || path.startsWith('~') || path.split('/').includes('..')) {
      problems.push(`${manifest} has an unsafe or empty path: ${line}`);
      continue;
    }
    if (listed.has(path)) {
      problems.push(`${manifest} lists ${path} twice`);
    }
    listed.add(path);
    try {
      if (
        createHash(algorithm)
          .update(readFileSync(join(bag, path)))
          .digest('hex') !== hash
      ) {
        problems.push(`${path} is not what ${manifest} says`);
      }
    } catch {
      problems.push(`${path} of ${manifest} is not there`);
    }
  }
  return listed;
}
