/** The entry of dev.html: the same screens over a made-up library in memory. In no build of the product. */
import './styles/tokens.css';
import './styles/base.css';
import { mountApp } from './shell/mount-app.ts';
import { EXPORT_SCENES } from './bridge/memory/export-jobs.ts';
import { memoryBridge, type Scenario } from './bridge/memory/memory-bridge.ts';
import { paintedPictures } from './bridge/memory/pictures.ts';

const query = new URLSearchParams(location.search);
const scenarios: readonly Scenario[] = ['full', 'empty', 'setup', 'broken', 'offline'];
const scenario = scenarios.find((name) => name === query.get('scenario')) ?? 'full';

const exportScene = EXPORT_SCENES.find((name) => name === query.get('export')) ?? null;

const app = mountApp({
  bridge: memoryBridge({
    scenario,
    exportScene,
    now: () => Date.now(),
    latency: Number(query.get('latency') ?? '0'),
    delay: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  }),
  media: paintedPictures(document),
  window,
});
if (scenario === 'offline') {
  app.connected = false;
}
