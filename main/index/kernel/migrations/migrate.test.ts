import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppError } from '../../../lib/app-error.ts';
import { connect, type Connection } from '../database.ts';
import { MIGRATIONS, SCHEMA_VERSION } from './index.ts';
import { migrate, schemaVersion } from './migrate.ts';
import { type Migration } from './migration.ts';

let folder: string;
let db: Connection;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatkeep-migrate-'));
  db = connect(join(folder, 'index.sqlite'), 'write');
});

afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

const step = (version: number, sql: string): Migration => ({
  version,
  up(database) {
    database.exec(sql);
  },
});
const noBackUp = (): void => {
  throw new Error('no backup expected');
};

const one = step(10, 'CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT) STRICT');
const two = step(20, "ALTER TABLE thing ADD COLUMN colour TEXT; UPDATE thing SET colour = 'red'");
const broken = step(30, 'UPDATE thing SET colour = 1; SELECT * FROM nothing');

test('an empty database gets every step and no backup', () => {
  expect(migrate(db, [one, two], noBackUp)).toBe(true);
  expect(schemaVersion(db)).toBe(20);
  expect(migrate(db, [one, two], noBackUp)).toBe(false);
});

test('an older shape is handed over to be copied, then brought forward with its rows, step by step', () => {
  migrate(db, [one], noBackUp);
  db.run("INSERT INTO thing (name) VALUES ('a')");
  const heard: string[] = [];
  migrate(
    db,
    [one, two],
    (from, to) => heard.push(`copy ${String(from)} before ${String(to)}: ${String(schemaVersion(db))}`),
    (step, of) => heard.push(`step ${String(step)} of ${String(of)}`),
  );
  expect(heard).toEqual(['copy 10 before 20: 10', 'step 1 of 1']);
  expect(db.all('SELECT name, colour FROM thing')).toEqual([{ name: 'a', colour: 'red' }]);
});

test('a failing step leaves the old shape untouched, and a later try goes through', () => {
  migrate(db, [one], noBackUp);
  db.run("INSERT INTO thing (name) VALUES ('a')");
  expect(() => migrate(db, [one, two, broken], () => undefined)).toThrow();
  expect(schemaVersion(db)).toBe(10);
  expect(db.all('SELECT * FROM thing')).toEqual([{ id: 1, name: 'a' }]);
  expect(db.pragma('foreign_keys')).toBe(1);
  expect(migrate(db, [one, two], () => undefined)).toBe(true);
});

test('a database of a newer version is refused', () => {
  db.pragma('user_version = 999');
  const attempt = (): boolean => migrate(db, [one], noBackUp);
  expect(attempt).toThrow(AppError);
  expect(attempt).toThrow(/newer version \(schema 999, known here: 10\)/);
});

test('steps must rise', () => {
  expect(() => migrate(db, [two, one], noBackUp)).toThrow('does not rise');
});

test('a step that orphans rows is refused', () => {
  migrate(
    db,
    [step(10, 'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p INTEGER REFERENCES p (id))')],
    noBackUp,
  );
  db.run('INSERT INTO p VALUES (1)');
  db.run('INSERT INTO c VALUES (1)');
  const orphaning = step(20, 'DELETE FROM p');
  expect(() => migrate(db, [step(10, ''), orphaning], () => undefined)).toThrow('without their parent');
  expect(db.all('SELECT id FROM p')).toEqual([{ id: 1 }]);
});

test('the real steps are numbered in tens and make a sound database of STRICT tables', () => {
  migrate(db, MIGRATIONS, noBackUp);
  expect(MIGRATIONS.every((migration) => migration.version % 10 === 0)).toBe(true);
  expect(schemaVersion(db)).toBe(SCHEMA_VERSION);
  const loose = db.all<{ name: string }>(
    "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'",
  );
  expect(loose).toEqual([]);
  expect(db.all('PRAGMA quick_check')).toEqual([{ quick_check: 'ok' }]);
});
