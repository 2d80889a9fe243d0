import type { Index } from '../../index/client.ts';

/** The index as the sync sees it: reads and writes by name. */
export type IndexPort = Pick<Index, 'read' | 'write'>;
