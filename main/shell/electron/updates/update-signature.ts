import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto';

/** The fields of a feed that the app depends on. */
export interface SignedFacts {
  readonly version: string;
  /** Base64, of every file that may be downloaded. */
  readonly sha512: readonly string[];
  readonly notes: string | null;
}

/**
 * The words that a release's signature is over. Pure. The file's name is among them, so that the signature of one system's feed is not
 * good for another's; every part is on a line of its own and the notes come last, so that no part can pass for two.
 */
function signedWords(feedFile: string, { version, sha512, notes }: SignedFacts): Buffer {
  const lines = ['chatkeep update', feedFile, version, String(sha512.length), ...[...sha512].sort()];
  if (lines.some((line) => line.includes('\n'))) {
    throw new Error('A feed has a line break where none can be.');
  }
  return Buffer.from(`${lines.join('\n')}\n${notes ?? ''}`);
}

/** The public key as builds carry it: SPKI, base64. Throws when it is none, or none of Ed25519. */
export function readPublicKey(base64: string): KeyObject {
  const key = createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' });
  if (key.asymmetricKeyType !== 'ed25519') {
    throw new Error('The key of updates must be one of Ed25519.');
  }
  return key;
}

/** Base64 of the signature over a feed. For the release. */
export function signFeed(feedFile: string, facts: SignedFacts, privateKey: KeyObject): string {
  return sign(null, signedWords(feedFile, facts), privateKey).toString('base64');
}

/** Whether a feed is what whoever holds the private key has signed. Never throws. */
export function isSigned(feedFile: string, facts: SignedFacts, signature: string, key: KeyObject): boolean {
  try {
    return verify(null, signedWords(feedFile, facts), key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}
