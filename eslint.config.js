import js from '@eslint/js';
import globals from 'globals';
import ts from 'typescript-eslint';

// With this, the parser builds one TypeScript program for all components instead of one for each, in a third of the time.
// It reads the variable when it is imported.
process.env.SVELTE_ESLINT_PARSER_EXPERIMENTAL_TS_SYS_HOOK = '1';
const { default: svelte } = await import('eslint-plugin-svelte');

/**
 * Rules for components and for the Svelte side of `.svelte.ts` files. oxlint checks every TypeScript and JavaScript file, types included,
 * by the same rules in `.oxlintrc.json`; it does not read components with types.
 */
export default ts.config(
  {
    ignores: ['**/*.ts', '**/*.js', '!**/*.svelte.ts', 'out/', 'dist/', 'node_modules/', 'bench-results/', 'coverage/'],
  },
  { files: ['**/*.svelte'], extends: [js.configs.recommended, ts.configs.strict] },
  ...svelte.configs.recommended,
  {
    rules: {
      'svelte/no-at-html-tags': 'error',
      'svelte/button-has-type': 'error',
      'svelte/require-each-key': 'error',
      // Maps and sets in state are replaced whole ($state.raw); the others are not state. A reactive one is chosen where rows change.
      'svelte/prefer-svelte-reactivity': 'off',
      // `{' · '}` keeps spaces that Svelte would trim at the edge of a block.
      'svelte/no-useless-mustaches': 'off',
    },
  },
  { files: ['**/*.svelte.ts'], languageOptions: { parserOptions: { parser: ts.parser } } },
  {
    files: ['**/*.svelte'],
    languageOptions: {
      globals: globals.browser,
      parserOptions: {
        parser: ts.parser,
        project: './renderer/tsconfig.json',
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-undef': 'off',
      // Props beside a bindable one are declared by `let`.
      'prefer-const': 'off',
      curly: ['error', 'all'],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
);
