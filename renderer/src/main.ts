import './styles/tokens.css';
import './styles/base.css';
import { chooseBridge } from './bridge/choose-bridge.ts';
import { storedMedia } from './bridge/media-source.ts';
import { mountApp } from './shell/mount-app.ts';

const connection: { listener: (connected: boolean) => void } = { listener: () => undefined };
const app = mountApp({
  bridge: chooseBridge(window, (connected) => {
    connection.listener(connected);
  }),
  media: storedMedia(() => window.devicePixelRatio),
  window,
});
connection.listener = (connected) => {
  app.connected = connected;
};
