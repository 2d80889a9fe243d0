import { proxyFrom } from '../../api/proxy-settings.ts';
import { configDir, defaultLibraryDir } from '../../files/library/library-dirs.ts';
import { openKeystore, type Unseal } from '../../keys/keystore.ts';
import { systemClock } from '../../lib/clock.ts';
import { givenPath } from '../../lib/given-path.ts';
import { systemKeystore, systemKeystoreWords } from '../../keys/system-keystore.ts';
import { Core, type CorePorts } from './core.ts';
import { readEnvironmentAccount } from './environment.ts';
import { isWritable } from './folder-facts.ts';
import { NETWORK_DRIVE, READ_ONLY, upgradeLine } from './opening-words.ts';
import { VERSION } from '../kernel/version.ts';

/** Facts of a shell about its machine. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: CorePorts['log'];
  /** The system's proxy for an address, as browsers say it (`PROXY host:port`); left out = only the environment is read. */
  readonly systemProxy?: (url: string) => Promise<string>;
  /** Opens keys that the window of an earlier version sealed; left out where only the window can. */
  readonly unseal?: Unseal;
  /** Zone of days in names of exports, as an IANA name; left out = this computer's. */
  readonly timeZone?: string;
  /** Bytes that stay free on the drive of a library that is written; left out = the default. */
  readonly diskReserve?: () => Promise<number>;
  /** A line that a person should see while a library is opened. */
  readonly tell?: (line: string) => void;
}

export interface OpenCoreOptions {
  /** The folder a person named; null = `CHATKEEP_LIBRARY`, else the platform's data folder. */
  readonly library: string | null;
  readonly mode: 'read' | 'write' | 'any';
  readonly create: boolean;
}

/** AppError `usage` when nobody names a folder and the environment has no home. */
export function libraryDirOf(machine: Pick<Machine, 'platform' | 'env'>, named: string | null): string {
  const given = named ?? textOf(machine.env['CHATKEEP_LIBRARY']);
  return given === null ? defaultLibraryDir(machine.platform, machine.env) : givenPath(given);
}

/** For settings, keys and the log: `CHATKEEP_CONFIG`, else the platform's configuration folder. AppError `usage` without a home. */
export function configDirOf(machine: Pick<Machine, 'platform' | 'env'>): string {
  const given = textOf(machine.env['CHATKEEP_CONFIG']);
  return given === null ? configDir(machine.platform, machine.env) : givenPath(given);
}

/** The parts of a core that come from this machine: clock, keystore and the account in the environment. */
export function portsOf(machine: Machine): CorePorts {
  const { timeZone } = machine;
  return {
    clock: systemClock,
    random: Math.random,
    secrets: openKeystore({
      dir: configDirOf(machine),
      // A folder that a person names holds everything, keys too: there may be several, and they may move to another machine.
      system:
        textOf(machine.env['CHATKEEP_CONFIG']) === null
          ? systemKeystore(machine.platform)
          : () => Promise.resolve(null),
      systemWords: systemKeystoreWords(machine.platform),
      unseal: machine.unseal ?? null,
    }),
    version: VERSION,
    pid: process.pid,
    environment: readEnvironmentAccount(machine.env),
    network: {
      proxyFor: proxyFrom(machine.env, machine.systemProxy ?? null),
      extraAuthorities: textOf(machine.env['NODE_EXTRA_CA_CERTS']),
    },
    colourRestMs: 10_000,
    log: machine.log,
    ...(timeZone !== undefined && { timeZone: () => timeZone }),
    onNetworkDrive: () => {
      machine.tell?.(NETWORK_DRIVE);
    },
    onUpgrade: (progress) => {
      machine.tell?.(upgradeLine(progress));
    },
  };
}

/** Opens a library on this machine. Rejects as `Core.open` does. */
export async function openCore(machine: Machine, options: OpenCoreOptions): Promise<Core> {
  const { mode, create } = options;
  const reserveBytes = mode === 'read' ? undefined : await machine.diskReserve?.();
  const core = await Core.open(
    {
      libraryDir: libraryDirOf(machine, options.library),
      mode,
      create,
      ...(reserveBytes !== undefined && { reserveBytes }),
    },
    portsOf(machine),
  );
  if (core.isReadOnly && !(await isWritable(core.library.root))) {
    machine.tell?.(`${READ_ONLY} It is shown as it is.`);
  }
  return core;
}

function textOf(value: string | undefined): string | null {
  return value === undefined || value.trim() === '' ? null : value;
}
