/** Menus at the pointer, or at what has the focus (the menu key, Shift+F10). One component draws whichever is open. */
import type { Component } from 'svelte';
import type { Attachment } from 'svelte/attachments';
import type { ShortcutId } from '../lib/keyboard.ts';

export interface MenuCommand {
  readonly id: string;
  readonly label: string;
  readonly icon?: Component<{ size?: number }>;
  readonly shortcut?: ShortcutId;
  readonly checked?: boolean;
  readonly disabled?: boolean;
  readonly danger?: boolean;
  readonly run: () => void;
}

export type MenuPart = MenuCommand | 'line';

export interface MenuSpec {
  /** The accessible name of the commands' target. */
  readonly label: string;
  readonly parts: readonly MenuPart[];
}

export interface OpenMenu extends MenuSpec {
  readonly x: number;
  readonly y: number;
  /** Takes the focus back. */
  readonly from: HTMLElement | null;
}

/** Where the open menu is kept: the model of the app. */
interface MenuHolder {
  menu: OpenMenu | null;
}

/** Lines only between commands. */
export function tidied(parts: readonly (MenuPart | null)[]): readonly MenuPart[] {
  const kept: MenuPart[] = [];
  for (const part of parts) {
    if (part !== null && (part !== 'line' || (kept.length > 0 && kept.at(-1) !== 'line'))) {
      kept.push(part);
    }
  }
  return kept.at(-1) === 'line' ? kept.slice(0, -1) : kept;
}

const isMenuKey = (event: KeyboardEvent): boolean =>
  event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey);

/** Opens a menu at an element, as a key does. */
export function openMenuAt(app: MenuHolder, target: EventTarget | null, spec: MenuSpec): void {
  const box = target instanceof Element ? target.getBoundingClientRect() : new DOMRect();
  const from = document.activeElement instanceof HTMLElement ? document.activeElement : null;
  app.menu = { ...spec, x: box.left + Math.min(24, box.width / 2), y: box.top + Math.min(24, box.height / 2), from };
}

/** Opens a menu for what lies at the pointer or has the focus inside of the element; null leaves it to the system. */
export function opensMenu(app: MenuHolder, specOf: (target: Element) => MenuSpec | null): Attachment<HTMLElement> {
  return (node) => {
    const open = (event: Event, x: number, y: number): void => {
      const spec = event.target instanceof Element ? specOf(event.target) : null;
      if (spec === null || spec.parts.length === 0) {
        return;
      }
      event.preventDefault();
      event.stopPropagation();
      const from = document.activeElement;
      app.menu = { ...spec, x, y, from: from instanceof HTMLElement ? from : null };
    };
    const asked = (event: MouseEvent): void => {
      // The system asks once more for the key that has opened the menu already.
      if (app.menu === null) {
        open(event, event.clientX, event.clientY);
      } else {
        event.preventDefault();
      }
    };
    const pressed = (event: KeyboardEvent): void => {
      if (isMenuKey(event) && event.target instanceof Element) {
        const box = event.target.getBoundingClientRect();
        open(event, box.left + Math.min(24, box.width / 2), box.top + Math.min(24, box.height / 2));
      }
    };
    node.addEventListener('contextmenu', asked);
    node.addEventListener('keydown', pressed);
    return () => {
      node.removeEventListener('contextmenu', asked);
      node.removeEventListener('keydown', pressed);
    };
  };
}
