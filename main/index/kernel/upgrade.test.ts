import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openIndex } from '../client.ts';
import { connect, type Connection } from './database.ts';
import { MIGRATIONS, SCHEMA_VERSION } from './migrations/index.ts';
import { migrate, schemaVersion } from './migrations/migrate.ts';
import { type Migration } from './migrations/migration.ts';
import { bringUpToDate, openConnection } from './open-connection.ts';
import { type UpgradeProgress } from './upgrade.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatkeep-upgrade-'));
  path = join(folder, 'index.sqlite');
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const PREVIOUS = MIGRATIONS.at(-2)?.version ?? 0;

/** An index as the first version left it, with a chat in it. */
function older(version = PREVIOUS): void {
  using(path, (db) => {
    const steps = MIGRATIONS.filter((step) => step.version <= version);
    migrate(db, steps, () => undefined);
    db.run(
      "INSERT INTO account (id, api_base, identity, name, created_at) VALUES (1, 'https://api.example', 'user:1', 'One', 1)",
    );
  });
}

function using<Result>(file: string, work: (db: Connection) => Result): Result {
  const db = connect(file, 'write');
  try {
    return work(db);
  } finally {
    db.close();
  }
}

const names = (file: string): unknown => using(file, (db) => db.all('SELECT name FROM account'));
const copyOf = (version: number): string => `${path}.schema-${String(version)}.bak`;

test('an index of an older version is copied, brought up to date with its rows, and each step is told', async () => {
  older(MIGRATIONS[0]?.version);
  const heard: UpgradeProgress[] = [];
  const index = await openIndex({ path, onUpgrade: (progress) => heard.push(progress) });
  expect(await index.read.accounts({})).toMatchObject([{ name: 'One' }]);
  await index.close();
  const from = MIGRATIONS[0]?.version ?? 0;
  const of = MIGRATIONS.length - 1;
  expect(heard.map(({ stage }) => stage)).toEqual(['copying', ...Array.from({ length: of }, () => 'changing'), 'done']);
  expect(heard[0]).toMatchObject({ from, to: SCHEMA_VERSION, copy: copyOf(from) });
  expect(heard.at(-2)).toMatchObject({ step: of, of });
  expect([using(copyOf(from), schemaVersion), names(copyOf(from))]).toEqual([from, [{ name: 'One' }]]);
  expect(existsSync(`${copyOf(from)}.part`)).toBe(false);
});

test('a new or current index is neither copied nor spoken of', () => {
  const heard: UpgradeProgress[] = [];
  for (let round = 0; round < 2; round += 1) {
    openConnection(path, 'writer', { onUpgrade: (progress) => heard.push(progress) }).close();
  }
  expect([heard, readdirSync(folder).filter((name) => name.includes('.bak'))]).toEqual([[], []]);
});

test('without room nothing is begun, and the words say how much is needed where', () => {
  older();
  const asked: string[] = [];
  const attempt = (): void => {
    openConnection(path, 'writer', {
      freeBytes: (where) => {
        asked.push(where);
        return 1024 * 1024;
      },
    }).close();
  };
  expect(attempt).toThrow(expect.objectContaining({ code: 'disk_full' }));
  expect(attempt).toThrow(/MiB are needed in .*, 1 MiB are free/);
  expect(asked).toEqual([folder, folder]);
  expect(readdirSync(folder).filter((name) => name.includes('.bak'))).toEqual([]);
  expect(using(path, schemaVersion)).toBe(PREVIOUS);
});

test('a file system that does not tell its room is believed to have some', () => {
  older();
  openConnection(path, 'writer', { freeBytes: () => null }).close();
  expect(using(path, schemaVersion)).toBe(SCHEMA_VERSION);
});

test('a copy of an earlier change is made anew, not taken for the one of today', () => {
  older();
  writeFileSync(copyOf(PREVIOUS), 'the copy of last year');
  openConnection(path, 'writer').close();
  expect(names(copyOf(PREVIOUS))).toEqual([{ name: 'One' }]);
});

test('the copy of the last version stays, those before it go, and nothing else does', () => {
  older();
  const others = ['index.sqlite.schema-mine.bak', 'index.sqlite.bak', 'index.sqlite.schema-10.bak.txt'];
  for (const name of ['index.sqlite.schema-10.bak', 'index.sqlite.schema-7.bak.part', ...others]) {
    writeFileSync(join(folder, name), 'x');
  }
  openConnection(path, 'writer').close();
  const left = readdirSync(folder).filter((name) => name.includes('.bak'));
  expect(left.sort()).toEqual([...others, `index.sqlite.schema-${String(PREVIOUS)}.bak`].sort());
});

test('a step that fails leaves the index as it was, with its copy, and older copies too', () => {
  older();
  writeFileSync(join(folder, 'index.sqlite.schema-10.bak'), 'x');
  const broken: Migration = {
    version: SCHEMA_VERSION + 10,
    up: () => {
      throw new Error('no');
    },
  };
  using(path, (db) => {
    expect(() => {
      bringUpToDate(db, path, [...MIGRATIONS, broken], {});
    }).toThrow('no');
  });
  expect([using(path, schemaVersion), names(path), names(copyOf(PREVIOUS))]).toEqual([
    PREVIOUS,
    [{ name: 'One' }],
    [{ name: 'One' }],
  ]);
  expect(existsSync(join(folder, 'index.sqlite.schema-10.bak'))).toBe(true);
});
