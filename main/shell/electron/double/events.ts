/** An event as Electron hands it to listeners: its fields beside `preventDefault`. */
export type Preventable<Fields extends object> = Fields & { defaultPrevented: boolean; preventDefault(): void };

export function preventable<Fields extends object>(fields: Fields): Preventable<Fields> {
  return Object.assign(
    {
      defaultPrevented: false,
      preventDefault(this: { defaultPrevented: boolean }) {
        this.defaultPrevented = true;
      },
    },
    fields,
  );
}
