import type { LicencePart, UpdateStatus } from '../../../../main/contract/about-shapes.ts';
import { ok, type Result } from '../../../../main/contract/errors.ts';

const LICENCE = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software (made-up text of a licence).`;
const PARTS: readonly LicencePart[] = [
  { name: 'better-sqlite3', version: '13.2.0', licence: 'MIT', text: LICENCE },
  { name: 'electron', version: '45.4.1', licence: 'MIT', text: LICENCE },
  { name: 'lazy-val', version: '1.0.5', licence: 'MIT', text: null },
  { name: 'svelte', version: '5.57.3', licence: 'MIT', text: LICENCE },
  { name: 'wasm-vips', version: '0.0.19', licence: 'MIT', text: LICENCE },
];
const NOTES =
  'Chats open where you left them.\nLarge videos start sooner.\n\nFixed: <b>markup</b> in notes is shown as it is.';

/** Licences and updates of a made-up installation: there is a newer version, which downloads at once. */
export class MadeAbout {
  #status: UpdateStatus = {
    way: 'app',
    state: 'idle',
    version: null,
    notes: null,
    progress: null,
    checkedAt: null,
    problem: null,
  };
  readonly #now: () => number;
  readonly #tell: (status: UpdateStatus) => void;

  constructor(now: () => number, tell: (status: UpdateStatus) => void) {
    this.#now = now;
    this.#tell = tell;
  }

  readonly handlers = {
    'app.licences': (): Result<{ readonly parts: readonly LicencePart[] }> => ok({ parts: PARTS }),
    'updates.status': (): Result<UpdateStatus> => ok(this.#status),
    'updates.check': (): Result<UpdateStatus> =>
      this.#change({ state: 'available', version: '0.2.0', notes: NOTES, checkedAt: this.#now() }),
    'updates.download': (): Result<UpdateStatus> => this.#change({ state: 'ready', progress: 1 }),
    'updates.install': (): Result<null> => ok(null),
  };

  #change(change: Partial<UpdateStatus>): Result<UpdateStatus> {
    this.#status = { ...this.#status, ...change };
    this.#tell(this.#status);
    return ok(this.#status);
  }
}
