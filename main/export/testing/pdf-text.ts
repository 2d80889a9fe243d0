/** A PDF as other programs read it: poppler's text, qpdf's look at its structure. */
import { spawnSync } from 'node:child_process';

const works = (name: string, arg: string): boolean => spawnSync(name, [arg]).status === 0;

/** Whether poppler and qpdf are installed here. */
export const canReadPdf = (): boolean => works('pdftotext', '-v') && works('qpdf', '--version');

/** The text in reading order. Throws with what poppler says. */
export function pdfText(path: string): string {
  const { status, stdout, stderr } = spawnSync('pdftotext', ['-enc', 'UTF-8', path, '-'], {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  if (status !== 0 || stderr !== '') {
    throw new Error(stderr);
  }
  return stdout;
}

/** Empty = qpdf finds nothing wrong. */
export function pdfFaults(path: string): string {
  const { status, stdout, stderr } = spawnSync('qpdf', ['--check', path], { encoding: 'utf8' });
  return status === 0 ? '' : `${stdout}${stderr}`;
}

/** The numbers of the messages, in the order of the text. */
export const messageNumbers = (text: string): number[] =>
  [...text.matchAll(/^No\. (\d+)$/gm)].map(([, number]) => Number(number));
