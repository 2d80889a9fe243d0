/** What a check of a signature and of a time stamp finds. */

/** What is wrong with a signature, in words for a terminal. */
export const SIGNATURE_PROBLEMS = {
  incomplete: 'signature.sig or signature.pem is missing or cannot be read',
  key_changed: 'signature.pem was changed after signing',
  other_manifest: 'the manifest has changed since it was signed',
  forged: 'signature.sig was changed, or another key made it',
  other_key: 'it is by another key than the expected one',
  missing: 'a signature was expected, and the folder has none',
} as const;
export type SignatureProblem = keyof typeof SIGNATURE_PROBLEMS;

export interface SignatureCheck {
  /** `stale`: the manifest is not the one that was signed. `missing`: a key was expected. */
  readonly state: 'valid' | 'stale' | 'wrong' | 'missing';
  readonly problem: SignatureProblem | null;
  /** Of the key in the folder, SHA-256 in hex; null where it cannot be read. */
  readonly fingerprint: string | null;
}

/** What is wrong with a time stamp, in words for a terminal. */
export const STAMP_PROBLEMS = {
  incomplete: 'timestamp.tsr or timestamp.txt is missing or cannot be read',
  changed: 'timestamp.tsr or timestamp.txt was changed after it was kept',
  unreadable: 'this is not the reply of a time-stamping authority',
  refused: 'the authority refused the request',
  other_manifest: 'it is for another manifest',
  other_request: 'it answers another request',
  no_certificate: 'it holds no certificate of the authority',
  wrong_purpose: "the authority's certificate is not for time stamps",
  forged: 'its signature does not fit',
  expired: "the authority's certificate was not valid at the time of the stamp",
  untrusted: 'the given CA does not certify the authority',
  missing: 'a time stamp was expected, and the folder has none',
} as const;
export type StampProblem = keyof typeof STAMP_PROBLEMS;

export interface StampCertificate {
  readonly subject: string;
  readonly issuer: string;
  /** Epoch milliseconds. */
  readonly validTo: number;
  /** SHA-256 in hex. */
  readonly fingerprint: string;
}

export interface StampCheck {
  /** `requested`: no reply is kept. `stale`: the manifest is not the one that was stamped. `missing`: a CA was named. */
  readonly state: 'valid' | 'requested' | 'stale' | 'wrong' | 'missing';
  readonly problem: StampProblem | null;
  /** Epoch milliseconds, by the authority's clock; null where it cannot be read. */
  readonly time: number | null;
  /** From the authority's certificate upwards, as far as the stamp has it. */
  readonly chain: readonly StampCertificate[];
  /** Whether the given CA certifies the authority; null = not checked. */
  readonly trusted: boolean | null;
}

export interface ProofCheck {
  /** Null: not signed. */
  readonly signature: SignatureCheck | null;
  /** Null: neither stamped nor requested. */
  readonly stamp: StampCheck | null;
}
