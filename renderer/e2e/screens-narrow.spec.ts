import { screens } from './screens-suite.ts';

screens('narrow');
