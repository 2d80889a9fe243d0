/** The texts of an export. Pure. */
import type { ExportAnswer, ExportFailure, ExportNotice, ExportProgress } from '../../../contract/export-shapes.ts';
import {
  SIGNATURE_PROBLEMS,
  STAMP_PROBLEMS,
  type SignatureCheck,
  type StampCheck,
} from '../../../contract/proof-shapes.ts';
import type { PlanItem } from '../context.ts';
import { UTC } from '../../../contract/time-zone.ts';
import { bytes, count, counted, duration, moment, safe } from '../terminal/format.ts';

export function exportText(progress: ExportProgress): string {
  if (progress.pdf !== null) {
    return `Writing the PDF, ${count(progress.pdf.done)}/${counted(progress.pdf.total, 'message')}`;
  }
  switch (progress.phase) {
    case 'planning':
      return `Planning, ${counted(progress.files.done, 'item')}`;
    case 'papers':
      return 'Writing lists and manifest';
    case 'writing':
    case 'done': {
      const facts = [
        `${count(progress.files.done)}/${counted(progress.files.total, 'file')}`,
        `${bytes(progress.bytes.done)} of ${bytes(progress.bytes.total)}`,
      ];
      if (progress.bytesPerSecond > 0) {
        facts.push(`${bytes(progress.bytesPerSecond)}/s`);
      }
      if (progress.failed > 0) {
        facts.push(`${count(progress.failed)} failed`);
      }
      if (progress.secondsLeft !== null && progress.files.done < progress.files.total) {
        facts.push(`${duration(progress.secondsLeft * 1000)} left`);
      }
      return facts.join(', ');
    }
  }
}

export function noticeLine(notice: ExportNotice): string {
  if (notice.is === 'shared') {
    return 'Hard links: a program that changes an exported file in place changes the library. Copies are safe (--link copy).';
  }
  if (notice.is === 'undated') {
    return `${counted(notice.files, 'file')} without the time of its message: the target does not take it.`;
  }
  if (notice.is === 'stale') {
    const what = [...(notice.signature ? ['signature'] : []), ...(notice.stamp ? ['time stamp'] : [])].join(' and ');
    return `The manifest has changed: the ${what} in this folder no longer fit${notice.signature && notice.stamp ? '' : 's'}. Sign or stamp the folder again.`;
  }
  switch (notice.method) {
    case 'copy':
      return 'Files are copied.';
    case 'reflink':
      return 'Files share their bytes with the library until one of the two is changed.';
    case 'hardlink':
      return 'Files are hard links into the library.';
    case 'zip':
      return 'Files go into a zip.';
  }
}

const REASONS: Readonly<Record<string, string>> = {
  damaged: 'the file in the library is damaged; fetch it again with: chatkeep verify --deep --repair',
  missing: 'the file is missing in the library; fetch it again with: chatkeep verify --repair',
  unreadable: 'the file in the library cannot be read',
  too_large: 'the file is too large for the target',
  too_long: 'its path is too long for the target; choose a shorter layout or folder',
  exists: 'another file has its name',
  paper_exists: 'another file has the name of the JSON beside it',
  name_taken: 'another item has its name',
  outside: 'its folder is a link that leads out of the target',
  denied: 'this user may not write to its folder; check who owns it and its permissions',
  not_a_folder: 'a file stands where its folder should be; move it, or choose another folder',
  folder_full: 'its folder takes no more names, though the drive has room; choose a layout with more folders',
  busy: 'another program holds a file of this name; close it, then run the same command again',
  io: 'the target reported an error; check its drive',
};

const reasonOf = (reason: string): string => REASONS[reason] ?? reason;

export function failureLine({ mediaId, path, reason }: ExportFailure): string {
  return `Media ${String(mediaId)}${path === null ? '' : ` (${safe(path)})`}: ${reasonOf(reason)}.`;
}

export function exportLines(answer: ExportAnswer): string[] {
  const how = [
    ...(answer.copied > 0 ? [`${count(answer.copied)} copied`] : []),
    ...(answer.linked > 0 ? [`${count(answer.linked)} linked`] : []),
    ...(answer.renamed > 0 ? [`${count(answer.renamed)} under another name`] : []),
  ];
  return [
    `${counted(answer.written, 'file')} written to ${safe(answer.dir)} (${[bytes(answer.bytes), ...how].join(', ')}), ${count(answer.skipped)} there already or left out, ${count(answer.failed)} failed.`,
    ...unavailableLine(answer),
  ];
}

export function unavailableLine({ unavailable }: Pick<ExportAnswer, 'unavailable'>): string[] {
  return unavailable === 0
    ? []
    : [`${counted(unavailable, 'item')} of the selection not in the library; not-exported.csv says which and why`];
}

/** A line of a plan. */
export function planLine(item: PlanItem): string {
  if (item.path === null) {
    const why =
      item.state === 'unavailable' ? `not in the library (${item.reason ?? ''})` : reasonOf(item.reason ?? '');
    return `-  item ${String(item.mediaId)}: ${why}`;
  }
  const marks = [...(item.clash ? ['name was taken'] : []), ...(item.trimmed ? ['shortened'] : [])];
  const sign = item.state === 'done' ? '=' : '+';
  return `${sign}  ${safe(item.path)}  ${bytes(item.bytes ?? 0)}${marks.length === 0 ? '' : `  (${marks.join(', ')})`}`;
}

/** `expected`: a fingerprint was named, and compared. */
export function signatureLines(check: SignatureCheck | null, expected: boolean): string[] {
  if (check === null) {
    return ['Signature: none.'];
  }
  if (check.problem !== null) {
    return [`Signature: ${check.state === 'stale' ? 'STALE' : 'WRONG'}: ${SIGNATURE_PROBLEMS[check.problem]}.`];
  }
  return [
    `Signature: valid, by the key ${check.fingerprint ?? ''}.`,
    expected
      ? '  This is the key that was named.'
      : '  Compare this fingerprint with the one that you have from the signer, or name it with --fingerprint.',
  ];
}

/** `now`: epoch milliseconds. */
export function stampLines(check: StampCheck | null, now: number): string[] {
  if (check === null) {
    return ['Time stamp: none.'];
  }
  if (check.state === 'requested') {
    return ['Time stamp: requested. Keep the reply with: chatkeep export stamp --reply FILE DIR'];
  }
  if (check.problem !== null) {
    return [`Time stamp: ${check.state === 'stale' ? 'STALE' : 'WRONG'}: ${STAMP_PROBLEMS[check.problem]}.`];
  }
  const [signer] = check.chain;
  return [
    `Time stamp: valid. The manifest existed at ${moment(check.time ?? 0, UTC)} UTC, by the clock of ${safe(signer?.subject ?? '')}.`,
    ...check.chain.map(
      ({ subject, issuer, validTo }) =>
        `  Certificate: ${safe(subject)}, issued by ${safe(issuer)}, until ${moment(validTo, UTC).slice(0, 10)}`,
    ),
    check.trusted === true
      ? '  The given CA certifies this authority.'
      : '  Chatkeep does not know whom to trust. Check the authority yourself, or name its CA with --ca FILE.',
    ...(signer !== undefined && signer.validTo < now
      ? ["  The authority's certificate has expired since; it was valid at the time of the stamp."]
      : []),
  ];
}

/** As `--json` answers it: times in ISO 8601. */
export function stampValue(check: StampCheck | null): object | null {
  return check === null
    ? null
    : {
        state: check.state,
        problem: check.problem,
        time: check.time === null ? null : new Date(check.time).toISOString(),
        authority: check.chain[0]?.subject ?? null,
        trusted: check.trusted,
        chain: check.chain.map((each) => ({ ...each, validTo: new Date(each.validTo).toISOString() })),
      };
}
