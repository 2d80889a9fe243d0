import type { WebContents } from '../electron-modules.ts';

/** The part of Electron's `input-event` that tells about the left button. */
interface PointerInput {
  readonly type: string;
  readonly modifiers?: readonly string[];
}

/** Whether the left mouse button is held over the window, from the input that Chromium hands to the page. */
export class HeldButton {
  #held = false;

  get held(): boolean {
    return this.#held;
  }

  /** The system takes the pointer for a drag, whose release no page hears. */
  forget(): void {
    this.#held = false;
  }

  /** Follows a page until it is gone. */
  watch(contents: Pick<WebContents, 'on'>): void {
    contents.on('input-event', (_event, input: PointerInput) => this.see(input));
    contents.on('render-process-gone', () => this.forget());
    contents.on('destroyed', () => this.forget());
  }

  /** One input, in the order of the system's queue. Every mouse event but a release says which buttons are held. */
  see({ type, modifiers = [] }: PointerInput): void {
    if (type === 'mouseUp') {
      this.#held = false;
    } else if (type.startsWith('mouse') && type !== 'mouseWheel') {
      this.#held = modifiers.some((each) => each.toLowerCase() === 'leftbuttondown');
    }
  }
}
