/**
 * The entry of the installed program, which is window and command line in one: with the fuses set, its binary cannot be used as Node.
 *
 * The command runs to its end inside this module: Electron becomes ready only after its entry has been evaluated, so no window, page or
 * graphics process ever begins and none of them needs a display.
 */
import { displayProblem } from './electron/window/machine.ts';
import { wayOf } from './way-of.ts';

// `electron .` in a checkout has the folder as its first argument.
const way = wayOf(process.argv.slice(process.defaultApp === true ? 2 : 1));
if (way.way === 'command') {
  const { runProcess } = await import('./cli/process.ts');
  await runProcess(way.args);
} else if (way.way === 'smoke') {
  await import('./electron/smoke-index.ts');
} else {
  const problem = displayProblem(process.platform, process.env, process.argv);
  if (problem === null) {
    if (process.platform === 'linux') {
      // GTK draws dialogs and menus alone here. Otherwise it loads OpenGL with its compiler, which takes 25 MB. `index.ts` takes it back.
      process.env['GDK_GL'] ??= 'disable';
    }
    await import('./electron/index.ts');
  } else {
    process.stderr.write(`${problem}\n`);
    process.exit(1);
  }
}
