import './styles/tokens.css';
import './styles/base.css';
import './styles/parts.css';
import { mount } from 'svelte';
import { chooseBridge } from './bridge/choose-bridge.ts';
import { chooseLanguage } from './i18n/index.ts';
import { drop } from './lib/drop.ts';
import App from './shell/app.svelte';
import { AppModel } from './state/app-model.svelte.ts';

const target = document.getElementById('app');
if (target === null) {
  throw new Error('The page has no #app.');
}
document.documentElement.lang = chooseLanguage(navigator.languages).language;
const app: AppModel = new AppModel({
  bridge: chooseBridge(window, (connected) => {
    app.connected = connected;
  }),
  window,
});
mount(App, { target, props: { app } });
drop(app.start());
