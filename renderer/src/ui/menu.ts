/** A line of a menu. */
export interface MenuEntry {
  readonly id: string;
  readonly label: string;
  readonly checked?: boolean;
  readonly run: () => void;
}
