import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { dump, load } from 'js-yaml';
import { z } from 'zod';
import { signFeed, type SignedFacts } from '../../main/shell/electron/updates/update-signature.ts';

const feedSchema = z.object({
  version: z.string(),
  files: z.array(z.object({ sha512: z.string() })).min(1),
  releaseNotes: z.string().nullish(),
});

const mergeSchema = z.looseObject({ version: z.string(), files: z.array(z.looseObject({ url: z.string() })) });

/** Reads the fields of a feed that the app uses. Throws if the text is not a feed. */
export function feedFacts(yaml: string): SignedFacts {
  const { version, files, releaseNotes } = feedSchema.parse(load(yaml));
  return { version, sha512: files.map(({ sha512 }) => sha512), notes: releaseNotes ?? null };
}

/** The private key of updates from its PEM. Throws when it is none of Ed25519. */
export function readSigningKey(pem: string): KeyObject {
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== 'ed25519') {
    throw new Error('CHATKEEP_UPDATE_SIGNING_KEY must be a key of Ed25519 (openssl genpkey -algorithm ed25519).');
  }
  return key;
}

/** The public key as builds carry it. */
export function publicKeyOf(key: KeyObject): string {
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).toString('base64');
}

/** The feeds of one version made on several machines (a Mac of each architecture) as one. Pure. Throws when they are of different versions. */
export function mergeFeeds(yamls: readonly string[]): string {
  const feeds = yamls.map((yaml) => mergeSchema.parse(load(yaml)));
  const [first] = feeds;
  if (first === undefined || feeds.some(({ version }) => version !== first.version)) {
    throw new Error('The feeds are not of one version.');
  }
  const files = [...new Map(feeds.flatMap((feed) => feed.files).map((file) => [file.url, file])).values()];
  return dump({ ...first, files }, { lineWidth: -1 });
}

/** Puts a signature beside every feed (`latest*.yml`) of a folder; answers the names of the feeds. */
export async function signFeeds(folder: string, key: KeyObject): Promise<string[]> {
  const feeds = (await readdir(folder)).filter((name) => /^latest[\w-]*\.yml$/.test(name)).sort();
  for (const name of feeds) {
    const facts = feedFacts(await readFile(join(folder, name), 'utf8'));
    await writeFile(join(folder, `${name}.sig`), `${signFeed(name, facts, key)}\n`);
  }
  return feeds;
}
