import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';

/** Every fuse as it must be in what is shipped; those that the builder does not know stay as Electron ships them. */
const WANTED: readonly (readonly [FuseV1Options, string, boolean])[] = [
  [FuseV1Options.RunAsNode, 'runAsNode', false],
  [FuseV1Options.EnableCookieEncryption, 'enableCookieEncryption', true],
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable, 'enableNodeOptionsEnvironmentVariable', false],
  [FuseV1Options.EnableNodeCliInspectArguments, 'enableNodeCliInspectArguments', false],
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation, 'enableEmbeddedAsarIntegrityValidation', true],
  [FuseV1Options.OnlyLoadAppFromAsar, 'onlyLoadAppFromAsar', true],
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot, 'loadBrowserProcessSpecificV8Snapshot', false],
  [FuseV1Options.GrantFileProtocolExtraPrivileges, 'grantFileProtocolExtraPrivileges', false],
  [FuseV1Options.WasmTrapHandlers, 'wasmTrapHandlers', true],
];

/**
 * Reads the fuses back from a packed program. A fuse that this list does not know is a problem too: a new Electron brought it. One that the
 * program lacks is a problem, except in an Electron older than the one that ships: then its name goes to `tellLacking`.
 */
export async function fuseProblems(program: string, tellLacking?: (name: string) => void): Promise<string[]> {
  const wire = Object.entries(await getCurrentFuseWire(program)).filter(([key]) => key !== 'version');
  const states = new Map(wire.map(([key, state]) => [Number(key), state]));
  const problems = WANTED.flatMap(([fuse, name, on]) => {
    const state = states.get(fuse);
    if (state === undefined && tellLacking !== undefined) {
      tellLacking(name);
      return [];
    }
    const wanted = on ? FuseState.ENABLE : FuseState.DISABLE;
    return state === wanted ? [] : [`The fuse ${name} must be ${on ? 'on' : 'off'}.`];
  });
  const known = new Set<number>(WANTED.map(([fuse]) => fuse));
  const unknown = [...states.keys()].filter((fuse) => !known.has(fuse));
  return [...problems, ...unknown.map((fuse) => `Nobody decided about the fuse of number ${String(fuse)}.`)];
}
