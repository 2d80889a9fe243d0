import { TEST_PICTURES } from './picture-files.ts';
import { Pictures } from './pictures.ts';

let pictures: Pictures | null = null;

/** For sandboxes of tests: each picture is drawn once in a whole run, whichever file of tests asks first. Drawing is what a sandbox costs. */
export const sharedPictures = (): Pictures => (pictures ??= new Pictures(process.env[TEST_PICTURES] ?? null));
