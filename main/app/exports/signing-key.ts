import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { AppError } from '../../lib/app-error.ts';
import type { SecretStore } from '../../keys/secret-store.ts';

const NAME = 'signing-key';

/**
 * The Ed25519 key that signs exports of this installation. It is made at the first call and never leaves the keystore. AppError
 * `keystore_unusable`.
 */
export async function signingKey(secrets: SecretStore): Promise<KeyObject> {
  const stored = await secrets.get(NAME);
  if (stored !== null) {
    return read(stored);
  }
  const { privateKey } = generateKeyPairSync('ed25519');
  // Another process may have made one at the same time: the first counts.
  await secrets.set(NAME, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 'once');
  return read((await secrets.get(NAME)) ?? '');
}

/** The cause is left out: an error of the parser could repeat what it was given. */
function read(pem: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') {
      return key;
    }
  } catch {
    // Told below.
  }
  throw new AppError(
    'keystore_unusable',
    "The keystore's signing key cannot be read.",
    'Restore the keystore from a backup. Chatkeep does not replace the key by itself.',
  );
}
