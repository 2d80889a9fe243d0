/**
 * The signature of an exported folder: `signature.sig` has the 64 bytes of an Ed25519 signature over the bytes of the manifest (in a bag: the
 * tag manifest), `signature.pem` the public key below a few lines for people. Both can be checked without Chatkeep (docs/export.md).
 */
import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import type { SignatureCheck } from '../../contract/proof-shapes.ts';
import {
  aboutLine,
  readProof,
  readSignedFile,
  sha256Of,
  SIGNATURE,
  SIGNATURE_TEXT,
  writeProof,
  type Proof,
  type SignedFile,
} from './proof-files.ts';

/** SHA-256 of the key in DER (SubjectPublicKeyInfo), in hex. */
export const fingerprintOf = (key: KeyObject): string => sha256Of(key.export({ type: 'spki', format: 'der' }));

export const publicPem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();

const TITLE = 'Chatkeep signature';

/** Text above the key is no part of it for programs that read PEM. */
function keyText(signed: Pick<SignedFile, 'name' | 'sha256'>, key: KeyObject): string {
  return [
    TITLE,
    `Signed file: ${signed.name}`,
    aboutLine('signed', signed.sha256),
    `SHA-256 fingerprint of the key: ${fingerprintOf(key)}`,
    `Check: openssl pkeyutl -verify -pubin -inkey ${SIGNATURE_TEXT} -rawin -in ${signed.name} -sigfile ${SIGNATURE}`,
    publicPem(key),
  ].join('\n');
}

/** Signs the manifest in `dir`; an earlier signature is replaced. AppError `usage`, `disk_full`. */
export async function signExport(
  dir: string,
  privateKey: KeyObject,
): Promise<{ readonly signed: string; readonly fingerprint: string }> {
  const signed = await readSignedFile(dir);
  const key = createPublicKey(privateKey);
  const text = await readProof(signed.root, SIGNATURE_TEXT);
  const isSigned = text instanceof Buffer && isKeyText(text);
  await writeProof(signed.root, SIGNATURE, sign(null, signed.bytes, privateKey), () => isSigned);
  await writeProof(signed.root, SIGNATURE_TEXT, keyText(signed, key), isKeyText);
  return { signed: signed.name, fingerprint: fingerprintOf(key) };
}

const isKeyText = (bytes: Buffer): boolean => bytes.toString().startsWith(`${TITLE}\n`);

/** See `judgeSignature`, for the files beside the manifest. */
export async function checkSignature(signed: SignedFile, expected: string | null): Promise<SignatureCheck | null> {
  const [signature, text] = await Promise.all([
    readProof(signed.root, SIGNATURE),
    readProof(signed.root, SIGNATURE_TEXT),
  ]);
  return judgeSignature(signed, { signature, text }, expected);
}

/** Null: not signed. `expected`: the fingerprint that the key must have; null = any. */
export function judgeSignature(
  signed: SignedFile,
  { signature, text }: { readonly signature: Proof; readonly text: Proof },
  expected: string | null,
): SignatureCheck | null {
  if (signature === null && text === null) {
    return expected === null ? null : { state: 'missing', problem: 'missing', fingerprint: null };
  }
  if (!(signature instanceof Buffer) || !(text instanceof Buffer)) {
    return { state: 'wrong', problem: 'incomplete', fingerprint: null };
  }
  const read = readKeyText(text.toString());
  if (read === null) {
    return { state: 'wrong', problem: 'key_changed', fingerprint: null };
  }
  const fingerprint = fingerprintOf(read.key);
  const isGenuine = verify(null, signed.bytes, read.key, signature);
  if (!isGenuine && read.sha256 !== signed.sha256) {
    return { state: 'stale', problem: 'other_manifest', fingerprint };
  }
  const problem = !isGenuine
    ? 'forged'
    : text.toString() !== keyText(signed, read.key)
      ? 'key_changed'
      : expected !== null && expected !== fingerprint
        ? 'other_key'
        : null;
  return { state: problem === null ? 'valid' : 'wrong', problem, fingerprint };
}

/** Null: not a text that Chatkeep wrote. */
function readKeyText(text: string): { readonly sha256: string; readonly key: KeyObject } | null {
  const [, name = '', sha256 = ''] =
    /^.*\nSigned file: (.*)\nSHA-256 of the signed file: ([0-9a-f]{64})\n/.exec(text) ?? [];
  try {
    const key = createPublicKey(text.slice(text.indexOf('-----BEGIN PUBLIC KEY-----')));
    return key.asymmetricKeyType === 'ed25519' && text === keyText({ name, sha256 }, key) ? { sha256, key } : null;
  } catch {
    return null;
  }
}
