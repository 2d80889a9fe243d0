/** A line of a menu. */
export interface MenuEntry {
  readonly id: string;
  readonly label: string;
  readonly checked?: boolean;
  /** The menu stays open. */
  readonly stays?: boolean;
  readonly run: () => void;
}
