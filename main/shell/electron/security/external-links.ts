import type { ElectronModules } from '../electron-modules.ts';
import type { Log } from '../shell-app.ts';
import { WORDS } from '../words.ts';

/** Opened without asking: the service's own pages, which the screens link to. Everything else shows its address first. */
const KNOWN_HOSTS: ReadonlySet<string> = new Set(['ofauth.com', 'docs.ofauth.com', 'app.ofauth.com']);

export type LinkPolicy = 'open' | 'ask' | 'refuse';

/**
 * Decides about a link by scheme and host. https alone leaves the app: `file:`, `smb:`, `ms-msdt:` and their like start programs on
 * the person's machine, and http can be read and changed on the way.
 */
export function linkPolicy(text: string): LinkPolicy {
  const url = text.length > 2000 ? null : URL.parse(text);
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') {
    return 'refuse';
  }
  return KNOWN_HOSTS.has(url.hostname) && url.port === '' ? 'open' : 'ask';
}

export interface LinkPorts {
  readonly shell: Pick<ElectronModules['shell'], 'openExternal'>;
  readonly dialog: Pick<ElectronModules['dialog'], 'showMessageBox'>;
  readonly log: Log;
}

/**
 * Electron's security checklist, 15: "Do not use shell.openExternal with untrusted content". Answers whether it was opened. It opens
 * the parsed address, so the address shown to the person and the one opened cannot differ.
 */
export async function openLink(ports: LinkPorts, text: string): Promise<boolean> {
  const policy = linkPolicy(text);
  if (policy === 'refuse') {
    ports.log('link refused', { scheme: URL.parse(text)?.protocol ?? 'none' });
    return false;
  }
  const url = new URL(text).href;
  if (policy === 'ask') {
    const { response } = await ports.dialog.showMessageBox({
      type: 'question',
      message: WORDS.link.title,
      detail: WORDS.link.detail(url),
      buttons: [WORDS.link.open, WORDS.link.cancel],
      defaultId: 1,
      cancelId: 1,
      noLink: true,
    });
    if (response !== 0) {
      return false;
    }
  }
  await ports.shell.openExternal(url);
  return true;
}
