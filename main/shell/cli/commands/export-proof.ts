import type { Command } from 'commander';
import { keepStamp, ownKey, requestStamp, signWithOwnKey } from '../../../app/exports/proof.ts';
import { EXIT, type ExitCode } from '../../../app/kernel/exit-code.ts';
import { portsFor, type Context, type Run } from '../context.ts';
import { stampLines, stampValue } from '../words/export-text.ts';
import { safe } from '../terminal/format.ts';
import { usage } from '../options/parse.ts';
import { examples } from '../options/command.ts';

/** `export sign`, `export key`, `export stamp`: they need no library. */
export function addExportProof(parent: Command, choose: (run: Run) => void): void {
  parent
    .command('sign <dir>')
    .description("Sign an exported folder's manifest with the key of this installation. Needs no library.")
    .addHelpText('after', examples('chatkeep export sign case-17'))
    .action((dir: string) => choose((context) => signFolder(context, dir)));
  parent
    .command('key')
    .description('Print the public key of this installation and its fingerprint, for those who check signatures.')
    .addHelpText('after', examples('chatkeep export key > my-key.pem'))
    .action(() => choose(showKey));
  parent
    .command('stamp <dir>')
    .usage('(--request | --reply FILE [--ca FILE]) DIR')
    .description('Write a request for a time stamp (RFC 3161), or check and keep the reply. Sends nothing.')
    .option('--request', 'write timestamp.tsq, to be sent to a time-stamping authority')
    .option('--reply <file>', "the authority's reply")
    .option('--ca <file>', 'the CA certificates that must stand behind the reply, PEM or DER')
    .addHelpText(
      'after',
      examples('chatkeep export stamp --request case-17', 'chatkeep export stamp --reply reply.tsr case-17'),
    )
    .action((dir: string, { request, reply, ca }: { request?: true; reply?: string; ca?: string }) => {
      if ((request === true) === (reply !== undefined)) {
        throw usage('export stamp needs either --request or --reply FILE', 'See: chatkeep export stamp --help');
      }
      choose((context) => (reply === undefined ? askStamp(context, dir) : takeStamp(context, dir, reply, ca ?? null)));
    });
}

async function signFolder(context: Context, dir: string): Promise<ExitCode> {
  const { answers } = context;
  const answer = await signWithOwnKey(dir, portsFor(context).secrets);
  await answers.give(answer, () => [`Signed: ${answer.signed}, by the key ${answer.fingerprint}.`]);
  answers.hint('Give this fingerprint to the recipient by another way than the folder.');
  return EXIT.done;
}

async function showKey(context: Context): Promise<ExitCode> {
  const { answers } = context;
  const { fingerprint, pem } = await ownKey(portsFor(context).secrets);
  await answers.give({ fingerprint, publicKey: pem }, () => [
    `SHA-256 fingerprint of the key: ${fingerprint}`,
    pem.trimEnd(),
  ]);
  return EXIT.done;
}

async function askStamp({ answers }: Context, dir: string): Promise<ExitCode> {
  const answer = await requestStamp(dir);
  await answers.give(answer, () => [`Request for a time stamp of ${answer.stamped}: ${safe(answer.request)}`]);
  answers.hint('Nothing was sent. Send this file to a time-stamping authority, then: export stamp --reply FILE DIR');
  return EXIT.done;
}

async function takeStamp({ answers }: Context, dir: string, reply: string, ca: string | null): Promise<ExitCode> {
  const stamp = await keepStamp(dir, reply, ca);
  await answers.give(stampValue(stamp), () => stampLines(stamp, Date.now()));
  return EXIT.done;
}
