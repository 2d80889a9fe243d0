/** The columns of an audit list: sender, text and the hash of the file. */
import type { ListedRef, MediaDetails } from '../../contract/browse-shapes.ts';
import { type ReadableDatabase } from '../kernel/database-types.ts';
import { unpackFlags } from '../../lib/message-flags.ts';
import { termsOf, type TermsRow } from '../media/trade.ts';
import { FROM_ME, nameOf } from '../chats/people.ts';

const MOST_WORDS = 200;

type Whole = Omit<NonNullable<MediaDetails['whole']>, 'flags'>;

function flagsOf(flags: number): NonNullable<MediaDetails['whole']>['flags'] {
  const { isFree, isTip, isOpened, canPurchase } = unpackFlags(flags);
  return { isFree, isTip, isOpened, canPurchase };
}

interface Row extends Omit<MediaDetails, 'fromMe' | 'sha256' | 'terms' | 'whole'>, TermsRow {
  readonly fromMe: number;
  readonly sha256: string;
}

const detailsAt = (
  more: string,
): string => `SELECT m.account_id AS accountId, m.id AS mediaId, c.id AS chatId, ${nameOf('c.account_id', 's.sender_id')} AS senderName,
    ${FROM_ME} AS fromMe, substr(s.text, 1, ${String(MOST_WORDS)}) AS words, lower(hex(b.sha256)) AS sha256,
    s.flags, s.purchase_reason AS reason, s.price${more}
  FROM json_each(?) k CROSS JOIN media m ON m.account_id = k.value ->> 0 AND m.id = k.value ->> 1
    CROSS JOIN chat c ON c.account_id = m.account_id AND c.id = k.value ->> 2
    CROSS JOIN item i ON i.media_key = m.key AND i.chat_key = c.key
    JOIN message s ON s.key = i.message_key JOIN account a ON a.id = m.account_id
    LEFT JOIN other_file o ON o.file_id = m.key * 4 + 3 AND o.chat_key = i.chat_key
    LEFT JOIN file f ON f.id = coalesce(o.file_id, m.key * 4) AND f.state = 1 LEFT JOIN blob b ON b.key = f.blob_key
  ORDER BY k.key`;

const DETAILS_AT = detailsAt('');
const WHOLE_AT = detailsAt(', s.sender_id AS senderId, s.text, b.bytes, b.mime, b.ext, b.odd');

/** At most 200, in their order; those that are not listed are left out. `whole`: with all words and what scripts are told. */
export function mediaDetails(
  db: ReadableDatabase,
  input: { refs: readonly ListedRef[]; whole?: true },
): MediaDetails[] {
  const refs = JSON.stringify(input.refs.map((ref) => [ref.accountId, ref.mediaId, ref.chatId]));
  const detailsOf = ({ fromMe, sha256, flags, reason, price, ...row }: Row): MediaDetails => ({
    ...row,
    terms: termsOf(flags, reason, price),
    fromMe: fromMe === 1,
    // hex(NULL) is an empty text.
    sha256: sha256 === '' ? null : sha256,
  });
  return input.whole === true
    ? db.all<Row & Whole>(WHOLE_AT, refs).map(({ senderId, text, bytes, mime, ext, odd, ...row }) => ({
        ...detailsOf(row),
        whole: { senderId, text, bytes, mime, ext, odd, flags: flagsOf(row.flags) },
      }))
    : db.all<Row>(DETAILS_AT, refs).map(detailsOf);
}
