import { type Command, Option } from 'commander';
import {
  BATES,
  EXPORT_CONFLICTS,
  EXPORT_LAYOUTS,
  EXPORT_LINKS,
  EXPORT_MESSAGES,
  EXPORT_PAPERS,
  EXPORT_SIDECARS,
  PAGE_SIZES,
  type ExportAnswer,
  type ExportManner,
  type ExportOptions,
} from '../../../contract/export-shapes.ts';
import { EXIT, type ExitCode } from '../../../app/kernel/exit-code.ts';
import { checkFolder } from '../../../app/exports/export-check.ts';
import type { Zone } from '../../../contract/time-zone.ts';
import { AppError } from '../../../lib/app-error.ts';
import type { Answers } from '../terminal/answers.ts';
import { type Context, type Plan, type Run, withLibrary, withReader } from '../context.ts';
import {
  exportLines,
  failureLine,
  noticeLine,
  planLine,
  signatureLines,
  stampLines,
  stampValue,
  unavailableLine,
} from '../words/export-text.ts';
import { addFilterOptions, type FilterOptions, readFilter } from '../options/filter-options.ts';
import { bytes, count, counted, safe } from '../terminal/format.ts';
import { isDateText, parseSize, usage } from '../options/parse.ts';
import { exportShown, progressView, Troubles, verifyShown } from '../words/progress-view.ts';
import { examples, listOption, oneOf, option } from '../options/command.ts';
import { addExportProof } from './export-proof.ts';

interface Options extends Omit<FilterOptions, 'to'>, Pick<ExportManner, 'layout' | 'link' | 'messages'> {
  readonly to?: readonly string[];
  readonly until?: string;
  readonly onConflict: ExportManner['conflict'];
  readonly sidecar?: readonly (typeof SIDECARS)[number][];
  readonly paper?: readonly (typeof EXPORT_PAPERS)[number][];
  readonly bates?: string;
  readonly paperSize?: (typeof PAGE_SIZES)[number];
  readonly csvBom?: true;
  readonly bag?: true;
  readonly zip?: true;
  readonly zipSize?: number;
  readonly dryRun?: true;
}

const PROBLEM_WORDS = { missing: 'Missing', changed: 'Changed', unlisted: 'Not in the manifest' } as const;

/** Those that `--sidecar` names; the others are papers. */
const SIDECARS = EXPORT_SIDECARS.filter((each) => !EXPORT_PAPERS.some((paper) => paper === each));

export function addExport(program: Command, choose: (run: Run) => void): void {
  const command = program
    .command('export')
    .usage('--to DIR [options]')
    .description('Export a selection to a folder. The same command again goes on, or adds what is new.')
    .addOption(
      new Option('--to <dir>', 'the target folder').argParser((dir, before: readonly string[] = []) => [
        ...before,
        dir,
      ]),
    )
    .option(
      '--layout <layout>',
      `${Object.keys(EXPORT_LAYOUTS).join(', ')}, or a template such as "{chat}/{date} {mediaId}"`,
      'by-chat',
    )
    .addOption(
      option(
        '--on-conflict <what>',
        `where another file has the name: ${EXPORT_CONFLICTS.join(', ')}`,
        oneOf(EXPORT_CONFLICTS),
      ).default('rename'),
    )
    .addOption(
      option('--link <how>', `how bytes get there: ${EXPORT_LINKS.join(', ')}`, oneOf(EXPORT_LINKS)).default('auto'),
    )
    .addOption(
      listOption(
        '--sidecar <kind>',
        `words beside the files: ${SIDECARS.join(', ')} (one JSON a file)`,
        oneOf(SIDECARS),
      ),
    )
    .addOption(
      listOption('--paper <kind>', `documents to hand over: ${EXPORT_PAPERS.join(', ')}`, oneOf(EXPORT_PAPERS)),
    )
    .option(
      '--bates <prefix>',
      'number the pages of the PDF with this prefix, or from a number such as CASE-000501 on; the numbers run on in later exports',
    )
    .addOption(
      option(
        '--paper-size <size>',
        `of the PDF: ${PAGE_SIZES.join(', ')}; without it as the folder has it, else as the region of this computer uses`,
        oneOf(PAGE_SIZES),
      ),
    )
    .addOption(
      option(
        '--messages <which>',
        `write conversations to messages.json and messages.csv: ${EXPORT_MESSAGES.join(', ')}`,
        oneOf(EXPORT_MESSAGES),
      ).default('none'),
    )
    .option('--csv-bom', 'a byte order mark in front of the CSV')
    .option('--bag', 'a BagIt bag (RFC 8493)')
    .option('--zip', 'a zip file instead of files')
    .addOption(option('--zip-size <size>', 'several zip files of about this size each, such as 2GB', parseSize))
    .option('--dry-run', 'print the plan, write nothing');
  addFilterOptions(command, 'until')
    .addHelpText(
      'after',
      examples(
        'chatkeep export --to ~/Pictures/chats',
        'chatkeep export --to /media/stick --chat 410000000 --layout by-month --sidecar html',
        'chatkeep export --to out --layout "{chat}/{date:yyyy}/{counter|pad:5} {mediaId}" --dry-run',
        'chatkeep export --to case-17 --bag --sidecar html --messages all',
        'chatkeep export verify ~/Pictures/chats',
      ),
    )
    .action((options: Options) =>
      choose((context) => run(context, readOptions(options, context.zone), options.dryRun === true)),
    );
  addExportVerify(command, choose);
  addExportProof(command, choose);
}

function readOptions(options: Options, zone: Zone): ExportOptions {
  const { to: _to, paperSize = null, bates = null, zipSize = null, sidecar = [], paper = [], ...filter } = options;
  const { dir, until } = readTo(options.to ?? [], options.until);
  if (zipSize !== null && options.zip !== true) {
    throw usage('--zip-size needs --zip', 'Add --zip.');
  }
  for (const [name, value] of [
    ['--paper-size', paperSize],
    ['--bates', bates],
  ] as const) {
    if (value !== null && !paper.includes('pdf')) {
      throw usage(`${name} needs --paper pdf`, 'Add --paper pdf.');
    }
  }
  if (bates !== null && !BATES.test(bates)) {
    throw usage(
      `--bates is no prefix and no number: ${bates}`,
      'Use at most 20 letters, digits, - . _ with no digit at the end, or a first number such as CASE-000501.',
    );
  }
  return {
    dir,
    selection: {
      filter: readFilter({ ...filter, ...(until !== null && { to: until }) }, zone, '--until'),
      spans: null,
      include: [],
      exclude: [],
    },
    layout: options.layout,
    conflict: options.onConflict,
    link: options.link,
    sidecars: [...new Set([...sidecar, ...paper])],
    messages: options.messages,
    bates,
    pageSize: paperSize,
    bag: options.bag === true,
    zip: options.zip === true,
    zipBytes: zipSize,
    csvBom: options.csvBom === true,
  };
}

/** `--to` names the folder. Lists take a date with it, so a date is heard as well where a folder is named besides. */
function readTo(given: readonly string[], until: string | undefined): { dir: string; until: string | null } {
  const [only] = given;
  if (given.length === 1 && only !== undefined && only !== '') {
    return { dir: only, until: until ?? null };
  }
  const dates = given.filter(isDateText);
  const [dir, ...more] = given.filter((text) => !isDateText(text));
  const [date] = dates;
  if (
    dir === undefined ||
    dir === '' ||
    more.length > 0 ||
    dates.length > 1 ||
    (date !== undefined && until !== undefined)
  ) {
    throw given.length === 0 || dir === ''
      ? usage('The target folder is missing', 'Name it with --to DIR.')
      : usage('--to names more than one target', 'Give one folder; the end of a span of time goes to --until.');
  }
  return { dir, until: until ?? date ?? null };
}

async function run(context: Context, options: ExportOptions, dryRun = false): Promise<ExitCode> {
  if (dryRun) {
    // Reading alone: the app or another command may be at work in the library.
    return await withReader(context, ({ works }) =>
      works.planExport(options, context.signal, (plan) => showPlan(context.answers, plan)),
    );
  }
  try {
    return await write(context, options);
  } catch (error) {
    // An export records its files in the library, so it needs the library's lock.
    throw error instanceof AppError && error.code === 'library_locked'
      ? new AppError(
          error.code,
          error.message,
          'Export from the app that has it open, or close it and run the same command again; --dry-run works meanwhile.',
          { cause: error },
        )
      : error;
  }
}

function write(context: Context, options: ExportOptions): Promise<ExitCode> {
  return withLibrary(context, { mode: 'any' }, async ({ works }) => {
    const { answers, signal } = context;
    const view = progressView(answers);
    const failures = new Troubles(answers, view);
    const answer = await works
      .export(options, signal, {
        onProgress: (progress) => view.show(exportShown(progress)),
        onNotice: (notice) => view.say(noticeLine(notice)),
        onFailure: (failure) => failures.tell(failureLine(failure)),
        whenGoing: () => Promise.resolve(),
      })
      .finally(() => view.end());
    failures.end((untold) => `${counted(untold, 'more item')} not exported.`);
    if (answers.manner.json) {
      unavailableLine(answer).forEach((line) => answers.word(line));
    }
    await answers.give(agreed(answer), () => exportLines(answer));
    return answer.failed > 0 ? EXIT.incomplete : EXIT.done;
  });
}

/** The fields that scripts rely on. */
function agreed({ job, planned, written, linked, copied, skipped, renamed, failed, bytes, dir }: ExportAnswer): object {
  return { job, planned, written, linked, copied, skipped, renamed, failed, bytes, dir };
}

async function showPlan(answers: Answers, { answer, totals, items }: Plan): Promise<ExitCode> {
  const exit = answer.failed > 0 ? EXIT.incomplete : EXIT.done;
  if (answers.manner.json) {
    await showPlanAsJson(answers, { answer, totals, items });
    return exit;
  }
  for await (const page of items()) {
    await answers.lines(page.map(planLine));
  }
  await answers.lines([
    `${counted(answer.planned, 'file')} to ${answer.dir}: ${count(totals.states.planned)} to be written (${bytes(answer.bytes)}), ${count(answer.skipped)} there already, ${count(answer.failed)} impossible; ${counted(totals.clashes, 'name')} taken, ${counted(totals.trimmed, 'name')} shortened.`,
    ...(answer.unavailable > 0 ? [`${counted(answer.unavailable, 'item')} of the selection not in the library.`] : []),
  ]);
  return exit;
}

/** One object, written a page at a time: a plan of any length takes no more memory. */
async function showPlanAsJson(answers: Answers, { answer, totals, items }: Omit<Plan, 'freeBytes'>): Promise<void> {
  const head = { ...agreed(answer), unavailable: answer.unavailable, clashes: totals.clashes, trimmed: totals.trimmed };
  await answers.io.answer(`${JSON.stringify(head).slice(0, -1)},"items":[`);
  let first = true;
  for await (const page of items()) {
    const text = page
      .map(({ mediaId, chatId, state, reason, path, sha256, bytes: size, clash, trimmed }) =>
        JSON.stringify({ mediaId, chatId, state, reason, path, sha256, bytes: size, clash, trimmed }),
      )
      .join(',');
    await answers.io.answer(first ? text : `,${text}`);
    first = false;
  }
  await answers.io.answer(']}\n');
}

function addExportVerify(parent: Command, choose: (run: Run) => void): void {
  parent
    .command('verify <dir>')
    .description('Check an exported folder against its manifest, its signature and its time stamp. Needs no library.')
    .addOption(option('--fingerprint <hex>', 'the key that must have signed it', parseFingerprint))
    .option('--ca <file>', 'the CA certificates that must stand behind its time stamp, PEM or DER')
    .addHelpText('after', examples('chatkeep export verify ~/Pictures/chats', 'chatkeep export verify case-17 --json'))
    .action((dir: string, { fingerprint = null, ca = null }: { fingerprint?: string | null; ca?: string | null }) =>
      choose((context) => check(context, dir, { fingerprint, ca })),
    );
}

/** As openssl and others print it: with colons, spaces or capitals. AppError `usage`. */
function parseFingerprint(text: string): string {
  const hex = text.replaceAll(/[\s:]/g, '').toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(hex)) {
    throw usage('--fingerprint is not a SHA-256 of 64 hex digits', 'The signer reads it with: chatkeep export key');
  }
  return hex;
}

async function check(
  { answers, signal }: Context,
  dir: string,
  expected: { readonly fingerprint: string | null; readonly ca: string | null },
): Promise<ExitCode> {
  const view = progressView(answers);
  const problems = new Troubles(answers, view);
  const { signature, stamp, ...files } = await checkFolder(dir, expected, signal, {
    onProgress: (progress) => {
      if (progress.checked > 0 || progress.bytes > 0) {
        view.show(verifyShown(progress));
      }
    },
    onProblem: (path, problem) => problems.tell(`${PROBLEM_WORDS[problem]}: ${safe(path)}`),
  }).finally(() => view.end());
  problems.end((untold) => `${counted(untold, 'more file')} missing, changed or not in the manifest.`);
  const { checked, ok, missing, changed, unlisted } = files;
  await answers.give({ ...files, signature, stamp: stampValue(stamp) }, () => [
    `${counted(checked, 'file')} checked: ${count(ok)} ok, ${count(missing)} missing, ${count(changed)} changed.`,
    ...(unlisted === 0
      ? []
      : [
          `${counted(unlisted, 'other file')} in the folder: the manifest does not name ${unlisted === 1 ? 'it' : 'them'}.`,
        ]),
    ...signatureLines(signature, expected.fingerprint !== null),
    ...stampLines(stamp, Date.now()),
  ]);
  const isProven = (signature?.problem ?? null) === null && (stamp?.problem ?? null) === null;
  return files.whole && isProven ? EXIT.done : EXIT.incomplete;
}
