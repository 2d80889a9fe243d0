import { faultMatrix } from '../testing/fault-matrix.ts';

faultMatrix('later sync');
