// The import walls. Each rule says why; `npm run check:walls` fails on any breach.
const none = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });
/** Tests, what only they use (`testing/`), and the end-to-end specs. */
const tests = '(\\.(test|spec|bench)\\.ts$|/testing/|^renderer/e2e/)';

export default {
  forbidden: [
    none(
      'electron-stays-thin',
      'The core runs headless and under test.',
      { path: '.', pathNot: ['^main/shell/electron/', '^preload/', '^renderer/e2e/electron/', '^\\.ci/'] },
      { path: '(^|/)node_modules/electron/' },
    ),
    none(
      'contract-stands-alone',
      'Three worlds compile it.',
      { path: '^main/contract/', pathNot: tests },
      { pathNot: '^main/contract/' },
    ),
    none(
      'screens-carry-no-schema',
      'Screens and preload know the calls of the app by type alone.',
      { path: ['^renderer/src/', '^preload/'], pathNot: tests },
      { path: ['^main/app/', '(^|/)node_modules/zod/'], dependencyTypesNot: ['type-only'] },
    ),
    none(
      'calls-compile-anywhere',
      'Screens compile the definitions of calls: schemas and shapes, nothing of Node.',
      {
        path: ['^main/app/(calls|bridge)\\.ts$', '^main/app/[^/]+/calls\\.ts$', '^main/app/kernel/(call|inputs)\\.ts$'],
      },
      {
        pathNot: [
          '^main/contract/',
          '^main/app/calls\\.ts$',
          '^main/app/[^/]+/calls\\.ts$',
          '^main/app/kernel/(call|inputs)\\.ts$',
          '(^|/)node_modules/zod/',
        ],
      },
    ),
    none(
      'renderer-is-browser-code',
      'Of main it may see the contract, and the list of calls.',
      { path: '^renderer/src/' },
      { path: '^main/', pathNot: '^main/(contract/|app/(calls|bridge)\\.ts$)' },
    ),
    none(
      'screens-stand-on-floors',
      'Of the renderer: shell, features, media, state, ui, i18n, lib. Each floor imports only those below it.',
      {
        path: '^renderer/src/(features|media|state|ui|i18n|lib|bridge)/',
        pathNot: tests,
      },
      { path: '^renderer/src/shell/' },
    ),
    none(
      'features-apart',
      'A feature is a place of the app. What two of them need stands in media, state or ui.',
      { path: '^renderer/src/features/([^/]+)/', pathNot: tests },
      { path: '^renderer/src/features/', pathNot: '^renderer/src/features/$1/' },
    ),
    none(
      'media-below-features',
      'Tiles, selections and lists of media know no place.',
      { path: '^renderer/src/media/', pathNot: tests },
      { path: '^renderer/src/features/' },
    ),
    none(
      'state-below-media',
      'The state of the app draws nothing.',
      { path: '^renderer/src/state/', pathNot: tests },
      { path: '^renderer/src/(features|media)/' },
    ),
    none(
      'ui-below-state',
      'Buttons, dialogs and words know nothing of chats.',
      { path: '^renderer/src/(ui|i18n|lib)/', pathNot: tests },
      { path: '^renderer/src/(features|media|state|bridge)/' },
    ),
    none(
      'lib-below-words',
      'Helpers without words or components.',
      { path: '^renderer/src/(i18n|lib)/', pathNot: tests },
      { path: '^renderer/src/ui/' },
    ),
    none(
      'lib-without-words',
      'Helpers compute. Words are made above them.',
      { path: '^renderer/src/lib/', pathNot: tests },
      { path: '^renderer/src/i18n/' },
    ),
    none('renderer-without-node', 'It is browser code.', { path: '^renderer/src/' }, { dependencyTypes: ['core'] }),
    none(
      'preload-is-sandboxed',
      'A sandboxed preload can load nothing else.',
      { path: '^preload/', pathNot: tests },
      { pathNot: ['^preload/', '^main/contract/', '^main/app/bridge\\.ts$', '(^|/)node_modules/electron/'] },
    ),
    none(
      'api-knows-http-alone',
      'The client neither stores nor plans.',
      { path: '^main/api/', pathNot: tests },
      { path: '^main/(index|naming|files|sync|export|backup|app|shell|sandbox)/' },
    ),
    none(
      'index-runs-in-its-threads',
      'Index code runs in the threads of the index. It knows names and numbers, not files or the network.',
      { path: '^main/index/', pathNot: tests },
      { path: '^main/(api|sync|files|export|backup|app|shell|sandbox)/' },
    ),
    none(
      'index-without-network',
      'Index code never touches the network.',
      { path: '^main/index/', pathNot: tests },
      { path: ['(^|/)node_modules/(got|undici)/', '^https?$', '^node:https?$'] },
    ),
    none(
      'kernel-below-subjects',
      'Subjects stand on the kernel. It opens any index and knows none of them.',
      { path: '^main/index/kernel/', pathNot: tests },
      { path: '^main/index/', pathNot: '^main/index/kernel/' },
    ),
    none(
      'index-through-its-client',
      'Others ask the index by its client and its copies. Of the rest they may name types.',
      { path: '^main/', pathNot: ['^main/index/', tests, '^main/bench/'] },
      {
        path: '^main/index/',
        pathNot: '^main/index/(client|copy/index-copy)\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    ),
    none(
      'one-thread-owns-sqlite',
      'One worker owns the database; benches compare against it bare.',
      { path: '.', pathNot: ['^main/index/', tests, '^main/bench/'] },
      { path: '(^|/)node_modules/better-sqlite3/' },
    ),
    none(
      'naming-computes',
      'Names of exported files are computed from values: no disk, no index.',
      { path: '^main/naming/', pathNot: tests },
      { path: ['^main/', '^node:', '^(fs|path)$'], pathNot: '^main/(naming|lib|contract)/' },
    ),
    none(
      'files-know-bytes',
      'The store knows bytes and hashes.',
      { path: '^main/files/', pathNot: tests },
      { path: '^main/(keys|index|naming|api|sync|export|backup|app|shell|sandbox)/' },
    ),
    none(
      'keys-know-no-owner',
      'Secrets are kept by name. Whose they are is known above.',
      { path: '^main/keys/', pathNot: tests },
      { path: '^main/', pathNot: '^main/(keys|lib|contract)/' },
    ),
    none(
      'one-way-to-the-keyring',
      "The system's keystore is asked in one place.",
      { path: '.', pathNot: ['^main/keys/system-keystore\\.ts$'] },
      { path: '(^|/)node_modules/@napi-rs/keyring/' },
    ),
    none(
      'pictures-know-pixels',
      'The picture engine knows bytes in and bytes out.',
      { path: '^main/pictures/', pathNot: tests },
      { path: '^main/', pathNot: '^main/(pictures|lib)/' },
    ),
    none(
      'one-thread-draws',
      'libvips is loaded in the picture thread alone: what it does to a process must end with that thread.',
      { path: '.', pathNot: ['^main/pictures/picture-worker\\.ts$', '^main/bench/'] },
      { path: '(^|/)node_modules/wasm-vips/', dependencyTypesNot: ['type-only'] },
    ),
    none(
      'backup-copies-folders',
      'It reads one library folder and writes another, opened by whom it may be; files go the way of exports.',
      { path: '^main/backup/', pathNot: tests },
      { path: '^main/(api|app|shell|sandbox)/' },
    ),
    none(
      'exports-know-no-backup',
      'A backup uses the ways of exports, not the other way round.',
      { path: '^main/(export|sync)/', pathNot: tests },
      { path: '^main/backup/' },
    ),
    none(
      'copies-know-no-sync',
      'Exports and backups copy what is stored. They never fetch.',
      { path: '^main/(export|backup)/', pathNot: tests },
      { path: '^main/(api|sync)/' },
    ),
    none(
      'ideas-below-the-run',
      'Target, proof, plan, put, papers and zip stand in an order; so do listing, transfer and download. The run puts them together.',
      { path: '^main/(export|sync)/[^/]+/', pathNot: tests },
      { path: '^main/$1/[^/]+\\.ts$' },
    ),
    none(
      'lib-stands-alone',
      'Helpers without dependencies.',
      { path: '^main/lib/', pathNot: tests },
      { path: '^main/', pathNot: '^main/(lib|contract)/' },
    ),
    none(
      'shells-talk-to-app',
      'A shell translates; it does not archive.',
      { path: '^main/shell/([^/]+)/', pathNot: tests },
      { path: '^main/(index|naming|sync|api|files|keys|export|backup)/' },
    ),
    none(
      'shells-open-no-core',
      'A shell asks by calls and by the works of a library. The core is behind them.',
      { path: '^main/shell/', pathNot: tests },
      { path: '^main/app/core/(core|accounts)\\.ts$' },
    ),
    none(
      'shells-apart',
      'Only http is shared between shells; the command line starts the server.',
      { path: '^main/shell/([^/]+)/', pathNot: [tests, '^main/shell/cli/'] },
      { path: '^main/shell/', pathNot: ['^main/shell/$1/', '^main/shell/http/'] },
    ),
    none(
      'cli-starts-the-server',
      'Of the other shells the command line knows only how to start the server.',
      { path: '^main/shell/cli/', pathNot: tests },
      { path: '^main/shell/', pathNot: ['^main/shell/(cli|http)/', '^main/shell/server/serve\\.ts$'] },
    ),
    none(
      'app-kernel-lowest',
      'Errors, events and the log know no library.',
      { path: '^main/app/kernel/', pathNot: tests },
      { path: '^main/app/', pathNot: '^main/app/kernel/' },
    ),
    none(
      'core-below-subjects',
      'An open library does not know who works on it.',
      { path: '^main/app/core/', pathNot: tests },
      { path: '^main/app/', pathNot: '^main/app/(core|kernel)/' },
    ),
    none(
      'subjects-below-the-app',
      'A subject names what it needs; the app puts subjects together.',
      { path: '^main/app/[^/]+/', pathNot: tests },
      { path: '^main/app/[^/]+\\.ts$' },
    ),
    none(
      'app-below-shells',
      'The app does not know who shows it.',
      { path: '^main/(app|sync|export|backup|api|files|keys|index|naming)/', pathNot: tests },
      { path: '^main/shell/' },
    ),
    none(
      'no-tests-in-production',
      'Production code does not import tests.',
      { path: '^(main|preload|renderer)/', pathNot: [tests, '^main/bench/'] },
      { path: tests },
    ),
    none('no-cycles', 'A cycle hides the way of the data.', {}, { circular: true }),
    none('no-unresolved', 'A broken import.', {}, { couldNotResolve: true }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(out|dist)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'main/tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types', 'svelte'],
      extensions: ['.ts', '.js', '.svelte', '.json'],
    },
  },
};
