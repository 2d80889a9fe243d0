import { bridgeSuite } from './testing/bridge-suite.ts';
import { bridgeOf } from './create-app.ts';

bridgeSuite('memory', (rig) => Promise.resolve({ bridge: bridgeOf(rig.app), close: () => Promise.resolve() }));
