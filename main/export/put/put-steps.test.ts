import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { claimsIn, dropClaims, makeFolders, moveOntoClaim } from './put-steps.ts';

let root: string;
let temp: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'put-steps-'));
  temp = join(root, '.own');
  mkdirSync(temp);
  writeFileSync(join(temp, '1.part'), 'bytes');
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const inRoot = (...names: string[]): string => join(root, ...names);
const part = (): string => join(temp, '1.part');

describe('a name given without hard links', () => {
  test('goes to the file, and the claim no longer matters', () => {
    moveOntoClaim(part(), inRoot('a.jpg'), claimsIn(temp, root, 1));
    expect(readFileSync(inRoot('a.jpg'), 'utf8')).toBe('bytes');
    dropClaims(temp, root);
    expect(readFileSync(inRoot('a.jpg'), 'utf8')).toBe('bytes');
  });

  test.each(['mine', ''])('is not taken from another file (%j)', (text) => {
    writeFileSync(inRoot('a.jpg'), text);
    const claim = claimsIn(temp, root, 1);
    expect(() => moveOntoClaim(part(), inRoot('a.jpg'), claim)).toThrow(expect.objectContaining({ code: 'EEXIST' }));
    dropClaims(temp, root);
    expect(readFileSync(inRoot('a.jpg'), 'utf8')).toBe(text);
    expect(readFileSync(part(), 'utf8')).toBe('bytes');
  });

  test('is left to whoever takes it between the look and the making', () => {
    const claim = (): void => {
      writeFileSync(inRoot('a.jpg'), 'mine');
    };
    expect(() => moveOntoClaim(part(), inRoot('a.jpg'), claim)).toThrow('EEXIST');
    expect(readFileSync(inRoot('a.jpg'), 'utf8')).toBe('mine');
  });
});

test('claims of a killed run: empty files inside the target go, all else stays', () => {
  const paths = { empty: inRoot('empty'), full: inRoot('full'), outside: join(temp, '..', '..', 'outside') };
  for (const [at, path] of Object.values(paths).entries()) {
    claimsIn(temp, root, at)(path);
  }
  writeFileSync(paths.empty, '');
  writeFileSync(paths.full, 'x');
  writeFileSync(inRoot('not-claimed'), '');
  dropClaims(temp, root);
  expect(readdirSync(root).sort()).toEqual(['.own', 'full', 'not-claimed']);
  dropClaims(inRoot('none'), root);
});

test('folders are made with those above them; what stands in the way is named', () => {
  makeFolders(inRoot('a', 'b', 'c'));
  makeFolders(inRoot('a', 'b', 'c'));
  writeFileSync(inRoot('file'), '');
  const taken = { code: 'EEXIST', syscall: 'mkdir', path: inRoot('file') };
  expect(() => makeFolders(inRoot('file'))).toThrow(expect.objectContaining(taken));
  expect(() => makeFolders(inRoot('file', 'x'))).toThrow(expect.objectContaining({ code: 'ENOTDIR' }));
});
