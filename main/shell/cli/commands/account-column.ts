import type { Asked } from '../context.ts';
import type { Column } from '../terminal/table.ts';

/** Whose chat a row is, where that is in question: two accounts may have a chat with the same person. `only` = the account that was named. */
export async function accountColumn(
  { works }: Asked,
  only: number | null,
): Promise<Column<{ readonly accountId: number | null }>[]> {
  return only === null && (await works.hasSeveralAccounts())
    ? [{ title: 'ACCOUNT', align: 'right', width: 7, cell: ({ accountId }) => String(accountId ?? '-') }]
    : [];
}
