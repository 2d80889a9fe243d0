import type { Command } from 'commander';
import {
  BATES_PREFIX,
  EXPORT_CONFLICTS,
  EXPORT_LAYOUTS,
  EXPORT_LINKS,
  EXPORT_MESSAGES,
  EXPORT_PAPERS,
  EXPORT_SIDECARS,
  PAGE_SIZES,
  type ExportOptions,
  type PageSize,
} from '../../../contract/export-shapes.ts';
import { EXIT, type ExitCode } from '../../../app/kernel/exit-code.ts';
import {
  type ExportAnswer,
  type ExportProgress,
  layoutOf,
  type Preview,
  verifyExport,
} from '../../../app/exports/export-selection.ts';
import { checkProof } from '../../../app/exports/proof.ts';
import type { Zone } from '../../../contract/time-zone.ts';
import { AppError } from '../../../lib/app-error.ts';
import type { Answers } from '../terminal/answers.ts';
import { type Context, type Run, withLibrary, withReader } from '../context.ts';
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
import { isDateText, parseOneOf, parseSize, usage } from '../options/parse.ts';
import { progressView } from '../words/progress-view.ts';
import { collect, examples } from '../options/command.ts';
import { addExportProof } from './export-proof.ts';

interface Options extends Omit<FilterOptions, 'to'> {
  readonly to?: readonly string[];
  readonly until?: string;
  readonly layout: string;
  readonly onConflict: string;
  readonly link: string;
  readonly sidecar?: readonly string[];
  readonly paper?: readonly string[];
  readonly bates?: string;
  readonly paperSize?: string;
  readonly messages: string;
  readonly csvBom?: true;
  readonly bag?: true;
  readonly zip?: true;
  readonly zipSize?: string;
  readonly dryRun?: true;
}

const PROBLEM_WORDS = { missing: 'Missing', changed: 'Changed', unlisted: 'Not in the manifest' } as const;

/** Those that `--sidecar` names; the others are papers. */
const SIDECARS = EXPORT_SIDECARS.filter((each) => !EXPORT_PAPERS.some((paper) => paper === each));
/** Failures told one by one; the others are counted. */
const MOST_TOLD = 20;

export function addExport(program: Command, choose: (run: Run) => void): void {
  const command = program
    .command('export')
    .usage('--to DIR [options]')
    .description('Export a selection to a folder. The same command again goes on, or adds what is new.')
    .option('--to <dir>', 'the target folder', collect)
    .option(
      '--layout <layout>',
      `${Object.keys(EXPORT_LAYOUTS).join(', ')}, or a template such as "{chat}/{date} {mediaId}"`,
      'by-chat',
    )
    .option('--on-conflict <what>', `where another file has the name: ${EXPORT_CONFLICTS.join(', ')}`, 'rename')
    .option('--link <how>', `how bytes get there: ${EXPORT_LINKS.join(', ')}`, 'auto')
    .option(
      '--sidecar <kind>',
      `words beside the files: ${SIDECARS.join(', ')} (one JSON a file); may be repeated`,
      collect,
    )
    .option('--paper <kind>', `documents to hand over: ${EXPORT_PAPERS.join(', ')}; may be repeated`, collect)
    .option('--bates <prefix>', 'number the pages of the PDF with this prefix; the numbers run on in later exports')
    .option(
      '--paper-size <size>',
      `of the PDF: ${PAGE_SIZES.join(', ')}; without it as the folder has it, else as the region of this computer uses`,
    )
    .option(
      '--messages <which>',
      `write conversations to messages.json and messages.csv: ${EXPORT_MESSAGES.join(', ')}`,
      'none',
    )
    .option('--csv-bom', 'a byte order mark in front of the CSV')
    .option('--bag', 'a BagIt bag (RFC 8493)')
    .option('--zip', 'a zip file instead of files')
    .option('--zip-size <size>', 'several zip files of about this size each, such as 2GB')
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
  const { dir, until } = readTo(options.to ?? [], options.until);
  layoutOf(options.layout);
  if (options.zipSize !== undefined && options.zip !== true) {
    throw usage('--zip-size needs --zip', 'Add --zip.');
  }
  const { to: _to, ...filter } = options;
  return {
    dir,
    selection: {
      filter: readFilter({ ...filter, ...(until !== null && { to: until }) }, zone, '--until'),
      spans: null,
      include: [],
      exclude: [],
    },
    layout: options.layout,
    conflict: parseOneOf(options.onConflict, '--on-conflict', EXPORT_CONFLICTS),
    link: parseOneOf(options.link, '--link', EXPORT_LINKS),
    sidecars: [
      ...new Set([
        ...(options.sidecar ?? []).map((kind) => parseOneOf(kind, '--sidecar', SIDECARS)),
        ...(options.paper ?? []).map((kind) => parseOneOf(kind, '--paper', EXPORT_PAPERS)),
      ]),
    ],
    messages: parseOneOf(options.messages, '--messages', EXPORT_MESSAGES),
    bates: readBates(options),
    pageSize: readPageSize(options),
    bag: options.bag === true,
    zip: options.zip === true,
    zipBytes: options.zipSize === undefined ? null : parseSize(options.zipSize, '--zip-size'),
    csvBom: options.csvBom === true,
  };
}

function readPageSize({ paperSize, paper }: Options): PageSize | null {
  if (paperSize === undefined) {
    return null;
  }
  if (paper?.includes('pdf') !== true) {
    throw usage('--paper-size needs --paper pdf', 'Add --paper pdf.');
  }
  return parseOneOf(paperSize, '--paper-size', PAGE_SIZES);
}

function readBates({ bates, paper }: Options): string | null {
  if (bates === undefined) {
    return null;
  }
  if (paper?.includes('pdf') !== true) {
    throw usage('--bates needs --paper pdf', 'Add --paper pdf.');
  }
  if (!BATES_PREFIX.test(bates)) {
    throw usage(`--bates is no prefix: ${bates}`, 'At most 20 letters, digits, - . _ and no digit at its end.');
  }
  return bates;
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

function run(context: Context, options: ExportOptions, dryRun: boolean): Promise<ExitCode> {
  if (dryRun) {
    // Reading alone: the app or another command may be at work in the library.
    return withReader(context, ({ works }) =>
      works.planExport(options, context.signal, (preview) => showPlan(context.answers, preview)),
    );
  }
  return write(context, options);
}

async function write(context: Context, options: ExportOptions): Promise<ExitCode> {
  try {
    return await writeWith(context, options);
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

async function writeWith(context: Context, options: ExportOptions): Promise<ExitCode> {
  return await withLibrary(context, { mode: 'any' }, async ({ works }) => {
    const { answers, signal } = context;
    const view = progressView(answers, () => Date.now());
    let untold = 0;
    const answer = await works
      .export(options, signal, {
        onProgress: (progress: ExportProgress) => view.export(progress),
        onNotice: (notice) => view.say(noticeLine(notice)),
        onFailure: (failure) => {
          untold += 1;
          if (untold <= MOST_TOLD) {
            view.end();
            answers.io.word(failureLine(failure));
          }
        },
        whenGoing: () => Promise.resolve(),
      })
      .finally(() => view.end());
    if (untold > MOST_TOLD) {
      answers.io.word(`${counted(untold - MOST_TOLD, 'more item')} not exported.`);
    }
    await tell(answers, answer);
    return answer.failed > 0 ? EXIT.incomplete : EXIT.done;
  });
}

async function tell(answers: Answers, answer: ExportAnswer): Promise<void> {
  if (answers.manner.json) {
    for (const line of unavailableLine(answer)) {
      answers.word(line);
    }
    await answers.json(agreed(answer));
  } else {
    await answers.lines(exportLines(answer));
  }
}

/** The fields that scripts rely on. */
function agreed({ job, planned, written, linked, copied, skipped, renamed, failed, bytes, dir }: ExportAnswer): object {
  return { job, planned, written, linked, copied, skipped, renamed, failed, bytes, dir };
}

async function showPlan(answers: Answers, { answer, totals, items }: Preview): Promise<ExitCode> {
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
    ...unavailableLine(answer),
  ]);
  return exit;
}

/** One object, written a page at a time: a plan of any length takes no more memory. */
async function showPlanAsJson(answers: Answers, { answer, totals, items }: Omit<Preview, 'freeBytes'>): Promise<void> {
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

interface VerifyOptions {
  readonly fingerprint?: string;
  readonly ca?: string;
}

function addExportVerify(parent: Command, choose: (run: Run) => void): void {
  parent
    .command('verify <dir>')
    .description('Check an exported folder against its manifest, its signature and its time stamp. Needs no library.')
    .option('--fingerprint <hex>', 'the key that must have signed it')
    .option('--ca <file>', 'the CA certificates that must stand behind its time stamp, PEM or DER')
    .addHelpText('after', examples('chatkeep export verify ~/Pictures/chats', 'chatkeep export verify case-17 --json'))
    .action((dir: string, options: VerifyOptions) => {
      const expected = {
        fingerprint: options.fingerprint === undefined ? null : parseFingerprint(options.fingerprint),
        ca: options.ca ?? null,
      };
      choose((context) => check(context, dir, expected));
    });
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
  const { signature, stamp } = await checkProof(dir, expected);
  const view = progressView(answers, () => Date.now());
  let problems = 0;
  const result = await verifyExport(dir, signal, {
    onProgress: (progress) => {
      if (progress.checked > 0 || progress.bytes > 0) {
        view.verify(progress);
      }
    },
    onProblem: (path, problem) => {
      problems += 1;
      if (problems <= MOST_TOLD) {
        view.end();
        answers.io.word(`${PROBLEM_WORDS[problem]}: ${safe(path)}`);
      }
    },
  }).finally(() => view.end());
  if (problems > MOST_TOLD) {
    answers.io.word(`${counted(problems - MOST_TOLD, 'more file')} missing, changed or not in the manifest.`);
  }
  if (answers.manner.json) {
    await answers.json({ ...result, signature, stamp: stampValue(stamp) });
  } else {
    const { checked, ok, missing, changed, unlisted } = result;
    await answers.lines([
      `${counted(checked, 'file')} checked: ${count(ok)} ok, ${count(missing)} missing, ${count(changed)} changed.`,
      ...(unlisted === 0
        ? []
        : [
            `${counted(unlisted, 'other file')} in the folder: the manifest does not name ${unlisted === 1 ? 'it' : 'them'}.`,
          ]),
      ...signatureLines(signature, expected.fingerprint !== null),
      ...stampLines(stamp, Date.now()),
    ]);
  }
  const isProven = (signature?.problem ?? null) === null && (stamp?.problem ?? null) === null;
  return result.whole && isProven ? EXIT.done : EXIT.incomplete;
}
