import type { EventHub } from '../kernel/events.ts';
import type { AppPorts } from './app-ports.ts';
import type { Core } from './core.ts';

/** The dependencies that the handlers of most subjects share. A subject names those of its own. */
export interface AppContext {
  readonly ports: AppPorts;
  readonly events: EventHub;
  /** The open library. Refusal `not_found` while none is open. */
  core(): Core;
  coreOrNull(): Core | null;
}
