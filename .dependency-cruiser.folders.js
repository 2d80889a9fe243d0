// The order of folders: no folder leads back to itself. Tests may look across, so they are left out here.
import walls from './.dependency-cruiser.js';

export default {
  forbidden: [
    {
      name: 'no-folder-cycles',
      comment: 'Folders stand in an order, as files do.',
      severity: 'error',
      scope: 'folder',
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    ...walls.options,
    exclude: { path: '^(out|dist)/|\\.(test|spec|bench)\\.ts$|/testing/|^renderer/e2e/|^main/bench/' },
  },
};
