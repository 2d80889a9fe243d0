import { faultMatrix } from '../testing/fault-matrix.ts';

faultMatrix('after an interruption');
