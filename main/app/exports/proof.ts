/** Signatures and time stamps of exported folders. Nothing here uses the network, and only signing uses the keystore. */
import { createPublicKey } from 'node:crypto';
import type { ProofCheck, StampCheck } from '../../contract/proof-shapes.ts';
import { readSignedFile } from '../../export/proof/proof-files.ts';
import type * as Stamps from '../../export/proof/stamp.ts';
import { checkSignature, fingerprintOf, publicPem, signExport } from '../../export/proof/signature.ts';
import type { SecretStore } from '../../keys/secret-store.ts';
import { signingKey } from './signing-key.ts';

/** The public half of this installation's key. Made at the first call. AppError `keystore_unusable`. */
export async function ownKey(secrets: SecretStore): Promise<{ readonly fingerprint: string; readonly pem: string }> {
  const key = createPublicKey(await signingKey(secrets));
  return { fingerprint: fingerprintOf(key), pem: publicPem(key) };
}

/** See `signExport`. */
export async function signWithOwnKey(dir: string, secrets: SecretStore): ReturnType<typeof signExport> {
  // Where there is nothing to sign, no key is made.
  await readSignedFile(dir);
  return await signExport(dir, await signingKey(secrets));
}

/** The library for certificates is large and seldom needed. */
const stamps = (): Promise<typeof Stamps> => import('../../export/proof/stamp.ts');

/** See `requestStamp`. */
export async function requestStamp(dir: string): Promise<{ readonly stamped: string; readonly request: string }> {
  return await (await stamps()).requestStamp(dir);
}

/** See `keepStamp`. `ca`: a file of CA certificates. */
export async function keepStamp(dir: string, reply: string, ca: string | null): Promise<StampCheck> {
  const { keepStamp: keep, readAuthorities } = await stamps();
  return await keep(dir, reply, ca === null ? null : await readAuthorities(ca));
}

/** Who must have signed it, and which file of CA certificates must stand behind its stamp; null = anybody. */
export interface ExpectedProof {
  readonly fingerprint: string | null;
  readonly ca: string | null;
}

/** Checks the signature and the stamp of a folder, not its files. `fingerprint`: of the key that is expected. AppError `usage`. */
export async function checkProof(dir: string, { fingerprint, ca }: ExpectedProof): Promise<ProofCheck> {
  const { checkStamp, readAuthorities } = await stamps();
  const authorities = ca === null ? null : await readAuthorities(ca);
  const signed = await readSignedFile(dir);
  return { signature: await checkSignature(signed, fingerprint), stamp: await checkStamp(signed, authorities) };
}
