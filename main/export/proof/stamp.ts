/**
 * Time stamps of RFC 3161 for an exported folder. Nothing is sent: Chatkeep writes the request (`timestamp.tsq`), a person brings it to an
 * authority, and Chatkeep checks the reply and keeps it (`timestamp.tsr`) with a few lines for people (`timestamp.txt`).
 */
import { createHash, randomBytes, X509Certificate } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as asn1js from 'asn1js';
import {
  AlgorithmIdentifier,
  Certificate,
  ExtKeyUsage,
  id_ExtKeyUsage,
  MessageImprint,
  PKIStatus,
  SignedData,
  TimeStampReq,
  TimeStampResp,
  TSTInfo,
} from 'pkijs';
import type { StampCertificate, StampCheck, StampProblem } from '../../contract/proof-shapes.ts';
import { AppError } from '../../lib/app-error.ts';
import { givenPath } from '../../lib/given-path.ts';
import { STAMP_PROBLEMS } from '../../contract/proof-shapes.ts';
import {
  aboutLine,
  readProof,
  readSignedFile,
  sha256Of,
  STAMP,
  STAMP_REQUEST,
  STAMP_TEXT,
  writeProof,
  type Proof,
  type SignedFile,
} from './proof-files.ts';

/** The certificates of a person's CA file. */
export type Authorities = readonly Certificate[];

const SHA256 = '2.16.840.1.101.3.4.2.1';
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';
const SIGNING_CERTIFICATE = '1.2.840.113549.1.9.16.2.12';
const SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47';
const HASHES: Readonly<Record<string, string>> = {
  [SHA256]: 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** Reads a file of CA certificates, PEM or DER. AppError `usage`. */
export async function readAuthorities(file: string): Promise<Authorities> {
  try {
    const bytes = await readFile(givenPath(file));
    const blocks = bytes.toString().match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [bytes];
    return blocks.map((block) => Certificate.fromBER(new X509Certificate(block).raw));
  } catch (error) {
    throw new AppError(
      'usage',
      `No certificate can be read in ${file}`,
      'Name a file of CA certificates, PEM or DER.',
      {
        cause: error,
      },
    );
  }
}

/** Writes a request for the manifest in `dir` and answers its path. An earlier one is replaced. AppError `usage`, `disk_full`. */
export async function requestStamp(dir: string): Promise<{ readonly stamped: string; readonly request: string }> {
  const signed = await readSignedFile(dir);
  const nonce = randomBytes(8);
  // An INTEGER of eight bytes that is positive and has no leading zeros.
  nonce[0] = ((nonce[0] ?? 0) & 0x3f) | 0x40;
  const request = new TimeStampReq({
    version: 1,
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier({ algorithmId: SHA256, algorithmParams: new asn1js.Null() }),
      hashedMessage: new asn1js.OctetString({ valueHex: Buffer.from(signed.sha256, 'hex') }),
    }),
    nonce: new asn1js.Integer({ valueHex: nonce }),
    certReq: true,
  });
  const bytes = Buffer.from(request.toSchema().toBER());
  await writeProof(signed.root, STAMP_REQUEST, bytes, (before) => readRequest(before) !== null);
  return { stamped: signed.name, request: join(signed.root, STAMP_REQUEST) };
}

/**
 * Checks a reply to the request in `dir` and keeps it there; the request goes. AppError `usage` says what is wrong with it, and nothing is
 * changed then; `disk_full`.
 */
export async function keepStamp(dir: string, file: string, authorities: Authorities | null): Promise<StampCheck> {
  const signed = await readSignedFile(dir);
  const again = 'Write a new request for a time stamp.';
  const kept = await readProof(signed.root, STAMP_REQUEST);
  const request = kept instanceof Buffer ? readRequest(kept) : null;
  if (request === null) {
    throw new AppError('usage', `There is no request in ${signed.root}`, again);
  }
  if (request.sha256 !== signed.sha256) {
    throw new AppError('usage', `${signed.name} has changed since the request`, again);
  }
  const bytes = await readFile(givenPath(file)).catch((error: unknown) => {
    throw new AppError('usage', `The reply cannot be read: ${file}`, "Name the file of the authority's reply.", {
      cause: error,
    });
  });
  const { said, nonce, ...check } = await readStamp(bytes, signed, authorities);
  const problem = check.problem ?? (nonce === request.nonce ? null : 'other_request');
  if (problem !== null) {
    throw new AppError(
      'usage',
      `The reply was not kept: ${STAMP_PROBLEMS[problem]}${said === '' ? '' : ` (${said})`}`,
      problem === 'untrusted'
        ? 'Check which CA certifies the authority.'
        : 'Send the request again, or to another authority.',
    );
  }
  await writeProof(signed.root, STAMP, bytes, (before) => readReply(before) !== null);
  await writeProof(signed.root, STAMP_TEXT, stampText(signed, bytes, check), isStampText);
  await rm(join(signed.root, STAMP_REQUEST), { force: true });
  return check;
}

/** See `judgeStamp`, for the files beside the manifest. */
export async function checkStamp(signed: SignedFile, authorities: Authorities | null): Promise<StampCheck | null> {
  const [stamp, text, request] = await Promise.all([
    readProof(signed.root, STAMP),
    readProof(signed.root, STAMP_TEXT),
    readProof(signed.root, STAMP_REQUEST),
  ]);
  return await judgeStamp(signed, { stamp, text, request }, authorities);
}

/** Null: neither stamped nor requested. `authorities`: the CA that must certify the stamp; null = any. */
export async function judgeStamp(
  signed: SignedFile,
  { stamp, text, request }: { readonly stamp: Proof; readonly text: Proof; readonly request: Proof },
  authorities: Authorities | null,
): Promise<StampCheck | null> {
  if (stamp === null && text === null) {
    const state = authorities !== null ? 'missing' : request === null ? null : 'requested';
    return state === null ? null : { ...NOTHING, state, problem: state === 'missing' ? 'missing' : null };
  }
  if (!(stamp instanceof Buffer) || !(text instanceof Buffer)) {
    return { ...NOTHING, state: 'wrong', problem: 'incomplete' };
  }
  if (!text.toString().includes(`\n${stampLine(stamp)}\n`)) {
    return { ...NOTHING, state: 'wrong', problem: 'changed' };
  }
  const { said: _said, nonce: _nonce, ...check } = await readStamp(stamp, signed, authorities);
  if (check.problem === 'other_manifest') {
    return { ...check, state: 'stale' };
  }
  return check.problem !== null || text.toString() === stampText(signed, stamp, check)
    ? check
    : { ...check, state: 'wrong', problem: 'changed' };
}

const NOTHING = { time: null, chain: [], trusted: null } as const;

export interface ReadStamp extends StampCheck {
  /** What the authority says of a refusal, else ''. */
  readonly said: string;
  /** Hex. */
  readonly nonce: string | null;
}

/** Reads a reply and checks everything but the nonce. Never rejects. */
export async function readStamp(
  bytes: Uint8Array,
  signed: Pick<SignedFile, 'bytes' | 'sha256'>,
  authorities: Authorities | null,
): Promise<ReadStamp> {
  const wrong = (problem: StampProblem, more: Partial<ReadStamp> = {}): ReadStamp => ({
    ...NOTHING,
    said: '',
    nonce: null,
    ...more,
    state: 'wrong',
    problem,
  });
  const reply = readReply(bytes);
  if (reply === null) {
    return wrong('unreadable');
  }
  const { status, statusStrings } = reply.status;
  if (status !== PKIStatus.granted && status !== PKIStatus.grantedWithMods) {
    const words = (statusStrings ?? []).map((each) => each.valueBlock.value);
    return wrong('refused', { said: [PKIStatus[status], ...words].join(': ') });
  }
  const token = readToken(reply);
  if (token === null) {
    return wrong('unreadable');
  }
  const { content, info } = token;
  const facts = { time: info.genTime.getTime(), nonce: info.nonce === undefined ? null : hexOf(info.nonce) };
  const imprint = info.messageImprint;
  if (imprint.hashAlgorithm.algorithmId !== SHA256 || hexOf(imprint.hashedMessage) !== signed.sha256) {
    return wrong('other_manifest', facts);
  }
  const certificates = (content.certificates ?? []).filter((each) => each instanceof Certificate);
  if (certificates.length === 0) {
    return wrong('no_certificate', facts);
  }
  const data = new Uint8Array(signed.bytes).buffer;
  const certificate = await signerOf(content, data);
  const signer = certificate === null ? null : x509Of(certificate);
  if (certificate === null || signer === null) {
    return wrong('forged', facts);
  }
  const others = certificates.map(x509Of).filter((each) => each !== null);
  const found = { ...facts, chain: chainOf(signer, others).map(factsOf) };
  if (!namesCertificate(content, signer)) {
    return wrong('forged', found);
  }
  if (!isForStamps(certificate)) {
    return wrong('wrong_purpose', found);
  }
  if (facts.time < signer.validFromDate.getTime() || facts.time > signer.validToDate.getTime()) {
    return wrong('expired', found);
  }
  const trusted = authorities === null ? null : await isCertified(content, data, authorities);
  return trusted === false
    ? wrong('untrusted', { ...found, trusted })
    : { ...found, trusted, said: '', state: 'valid', problem: null };
}

/** Null: not a request of RFC 3161 for a SHA-256. */
function readRequest(bytes: Uint8Array): { readonly sha256: string; readonly nonce: string } | null {
  try {
    const { messageImprint, nonce } = TimeStampReq.fromBER(new Uint8Array(bytes));
    return nonce === undefined ? null : { sha256: hexOf(messageImprint.hashedMessage), nonce: hexOf(nonce) };
  } catch {
    return null;
  }
}

function readReply(bytes: Uint8Array): TimeStampResp | null {
  try {
    return TimeStampResp.fromBER(new Uint8Array(bytes));
  } catch {
    return null;
  }
}

function readToken({ timeStampToken }: TimeStampResp): { readonly content: SignedData; readonly info: TSTInfo } | null {
  try {
    const content = new SignedData({ schema: timeStampToken?.content });
    const info = content.encapContentInfo.eContent?.getValue();
    return info === undefined ? null : { content, info: TSTInfo.fromBER(info) };
  } catch {
    return null;
  }
}

/** The certificate whose key signed the token, the hashes in it included; null = none did. */
async function signerOf(content: SignedData, data: ArrayBuffer): Promise<Certificate | null> {
  try {
    const result = await content.verify({ signer: 0, data, extendedMode: true });
    return result.signatureVerified === true ? (result.signerCertificate ?? null) : null;
  } catch {
    return null;
  }
}

/** Whether the CA certifies the signer for the time of the stamp. */
async function isCertified(content: SignedData, data: ArrayBuffer, authorities: Authorities): Promise<boolean> {
  try {
    return await content.verify({
      signer: 0,
      data,
      checkChain: true,
      passedWhenNotRevValues: true,
      trustedCerts: [...authorities],
    });
  } catch {
    return false;
  }
}

/** RFC 3161 §2.4.2: the signed attributes name the certificate by its hash, so that no other can take its place. */
function namesCertificate({ signerInfos }: SignedData, signer: X509Certificate): boolean {
  const attribute = signerInfos[0]?.signedAttrs?.attributes.find(
    ({ type }) => type === SIGNING_CERTIFICATE || type === SIGNING_CERTIFICATE_V2,
  );
  const id = firstOf(firstOf(attribute?.values[0]));
  if (!(id instanceof asn1js.Sequence)) {
    return false;
  }
  const hash = id.valueBlock.value.find((each) => each instanceof asn1js.OctetString);
  const named = firstOf(firstOf(id));
  const usual = attribute?.type === SIGNING_CERTIFICATE ? 'sha1' : 'sha256';
  const name = named instanceof asn1js.ObjectIdentifier ? HASHES[named.valueBlock.toString()] : usual;
  return hash !== undefined && name !== undefined && hexOf(hash) === createHash(name).update(signer.raw).digest('hex');
}

const firstOf = (value: unknown): unknown => (value instanceof asn1js.Sequence ? value.valueBlock.value[0] : undefined);

/** RFC 3161 §2.3: the one purpose of the key, marked critical. */
function isForStamps({ extensions }: Certificate): boolean {
  const usage = extensions?.find(({ extnID }) => extnID === id_ExtKeyUsage);
  const purposes: unknown = usage?.parsedValue;
  return (
    usage?.critical === true && purposes instanceof ExtKeyUsage && purposes.keyPurposes.join(' ') === TIME_STAMPING
  );
}

/** Null: not a certificate that can be read. */
function x509Of(certificate: Certificate): X509Certificate | null {
  try {
    return new X509Certificate(Buffer.from(certificate.toSchema().toBER()));
  } catch {
    return null;
  }
}

/** The signer, who certified it, and so on, each proven by its signature, as far as there are certificates. */
function chainOf(signer: X509Certificate, certificates: readonly X509Certificate[]): X509Certificate[] {
  const chain = [signer];
  for (let last = signer; ;) {
    const issuer = certificates.find(
      (each) => !chain.some(({ raw }) => raw.equals(each.raw)) && last.checkIssued(each) && last.verify(each.publicKey),
    );
    if (issuer === undefined) {
      return chain;
    }
    chain.push(issuer);
    last = issuer;
  }
}

const factsOf = ({ subject, issuer, validToDate, raw }: X509Certificate): StampCertificate => ({
  subject: oneLine(subject),
  issuer: oneLine(issuer),
  validTo: validToDate.getTime(),
  fingerprint: sha256Of(raw),
});

const oneLine = (name: string): string => name.replaceAll(/\s*\n\s*/g, ', ');
const hexOf = (value: asn1js.Integer | asn1js.OctetString): string =>
  Buffer.from(value.valueBlock.valueHexView).toString('hex');

const TITLE = 'Chatkeep time stamp';
const isStampText = (bytes: Buffer): boolean => bytes.toString().startsWith(`${TITLE}\n`);
const stampLine = (stamp: Uint8Array): string => `SHA-256 of ${STAMP}: ${sha256Of(stamp)}`;

function stampText(signed: SignedFile, stamp: Uint8Array, { time, chain }: StampCheck): string {
  return [
    TITLE,
    `Stamped file: ${signed.name}`,
    aboutLine('stamped', signed.sha256),
    `Time by the authority's clock: ${new Date(time ?? 0).toISOString()}`,
    ...chain.map(
      ({ subject, issuer, fingerprint }) => `Certificate: ${subject}; issued by ${issuer}; SHA-256 ${fingerprint}`,
    ),
    stampLine(stamp),
    `Check: openssl ts -verify -data ${signed.name} -in ${STAMP} -CAfile CA.pem`,
    '',
  ].join('\n');
}
