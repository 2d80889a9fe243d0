/** What a check of a signature and of a time stamp finds. */

/**
 * `incomplete`: one of the two files is missing or cannot be read. `key_changed`: the text beside the signature was changed.
 * `other_manifest`: the manifest has changed since. `forged`: the signature was changed, or another key made it. `other_key`: not the
 * expected one. `missing`: a signature was expected.
 */
export type SignatureProblem = 'incomplete' | 'key_changed' | 'other_manifest' | 'forged' | 'other_key' | 'missing';

export interface SignatureCheck {
  /** `stale`: the manifest is not the one that was signed. `missing`: a key was expected. */
  readonly state: 'valid' | 'stale' | 'wrong' | 'missing';
  readonly problem: SignatureProblem | null;
  /** Of the key in the folder, SHA-256 in hex; null where it cannot be read. */
  readonly fingerprint: string | null;
}

/**
 * `incomplete`, `changed`: the kept files. `unreadable`: not a reply of an authority. `refused`: by the authority. `other_manifest`,
 * `other_request`: what it is about. `no_certificate`, `wrong_purpose`, `forged`, `expired`, `untrusted`: the authority and its signature.
 * `missing`: a stamp was expected.
 */
export type StampProblem =
  | 'incomplete'
  | 'changed'
  | 'unreadable'
  | 'refused'
  | 'other_manifest'
  | 'other_request'
  | 'no_certificate'
  | 'wrong_purpose'
  | 'forged'
  | 'expired'
  | 'untrusted'
  | 'missing';

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
