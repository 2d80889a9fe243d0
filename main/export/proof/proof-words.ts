/** The words for what a check of a signature and of a time stamp finds. */
import type { SignatureProblem, StampProblem } from '../../contract/proof-shapes.ts';
import { SIGNATURE, SIGNATURE_TEXT, STAMP, STAMP_TEXT } from './proof-files.ts';

export const SIGNATURE_PROBLEMS: Readonly<Record<SignatureProblem, string>> = {
  incomplete: `${SIGNATURE} or ${SIGNATURE_TEXT} is missing or cannot be read`,
  key_changed: `${SIGNATURE_TEXT} was changed after signing`,
  other_manifest: 'the manifest has changed since it was signed',
  forged: `${SIGNATURE} was changed, or another key made it`,
  other_key: 'it is by another key than the expected one',
  missing: 'a signature was expected, and the folder has none',
};

export const STAMP_PROBLEMS: Readonly<Record<StampProblem, string>> = {
  incomplete: `${STAMP} or ${STAMP_TEXT} is missing or cannot be read`,
  changed: `${STAMP} or ${STAMP_TEXT} was changed after it was kept`,
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
};
