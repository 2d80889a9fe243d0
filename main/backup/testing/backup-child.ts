/** One backup in a process of its own, to be killed: `node backup-child.ts <library> <target> <files a batch>`. */
import { backUp } from './backup-rig.ts';

const [root = '', to = '', batch = ''] = process.argv.slice(2);
await backUp({ root }, to, {}, { batchFiles: Number(batch) });
