/**
 * Who the app is to systems and people. THE place to set when a repository of the project is claimed, before the first release; files that
 * cannot compute repeat it (`electron-builder.yml`, `package.json`, `resources/linux`), and `.ci/dist-tools/config.test.ts` compares them.
 */

/** `https://github.com/OWNER/NAME`, or null: no address is named that is not the project's own. */
export const REPOSITORY: string | null = null;

/** Of windows, notifications and desktop files. With a domain of the project's own it may become one in reverse. */
export const APP_ID = 'chatkeep';
