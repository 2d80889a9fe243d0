import { mount } from 'svelte';
import { chooseLanguage } from '../i18n/index.ts';
import { drop } from '../lib/drop.ts';
import { AppModel, type AppPorts } from '../state/app-model.svelte.ts';
import App from './app.svelte';

/** Draws the app into `#app`. */
export function mountApp(ports: AppPorts): AppModel {
  const { document, navigator } = ports.window;
  const target = document.getElementById('app');
  if (target === null) {
    throw new Error('The page has no #app.');
  }
  document.documentElement.lang = chooseLanguage(navigator.languages).language;
  const app = new AppModel(ports);
  mount(App, { target, props: { app } });
  drop(app.start());
  return app;
}
