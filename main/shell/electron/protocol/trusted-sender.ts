import { isOwnUrl } from './app-origin.ts';

/** The part of an ipc event that tells who sent it. */
export interface Sender {
  readonly sender: { readonly id: number; readonly mainFrame: { readonly frameTreeNodeId: number } };
  readonly senderFrame: {
    readonly url: string;
    readonly parent: object | null;
    readonly frameTreeNodeId: number;
  } | null;
}

/**
 * Electron's security checklist, 17: "Validate the sender of all IPC messages". Trusted is only the main frame of one of our own windows
 * while it shows a page of our own origin. A frame that is gone (null) is not trusted: nobody waits for its answer.
 *
 * @param ownWindows ids of the web contents that this shell made
 */
export function isTrustedSender(event: Sender, ownWindows: ReadonlySet<number>): boolean {
  const frame = event.senderFrame;
  return (
    frame !== null &&
    ownWindows.has(event.sender.id) &&
    frame.frameTreeNodeId === event.sender.mainFrame.frameTreeNodeId &&
    frame.parent === null &&
    isOwnUrl(frame.url)
  );
}
