import { faultMatrix } from '../testing/fault-matrix.ts';

faultMatrix('first sync');
