/**
 * The way in. Nothing may be imported here before the check: under an older Node the database binding ends the process without a word.
 */
const OLDEST: readonly [number, number] = [22, 12];

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  process.stderr.write(
    `chatkeep: Node ${process.versions.node} is too old. Install Node ${OLDEST.join('.')} or newer (24 is best).\n`,
  );
  process.exitCode = 2;
} else {
  const { runProcess } = await import('./process.ts');
  await runProcess();
}

// Makes this file a module, whose top level may wait.
export {};
