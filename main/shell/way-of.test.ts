import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wayOf } from './way-of.ts';

describe('a start opens the window', () => {
  test.each([
    [[]],
    [['--no-sandbox']],
    [['--ozone-platform=wayland', '--enable-features=X']],
    [['--updated']],
    [['/home/someone/picture.jpg']],
    [['C:\\Users\\someone\\picture.jpg']],
    [['-psn_0_12345']],
  ])('%j', (args) => {
    expect(wayOf(args)).toEqual({ way: 'window', link: null });
  });

  test('with the link that it was given, whatever stands around it', () => {
    expect(wayOf(['--no-sandbox', 'chatkeep://activity'])).toEqual({ way: 'window', link: 'chatkeep://activity' });
    expect(wayOf(['CHATKEEP://chats', '--smoke'])).toEqual({ way: 'window', link: 'CHATKEEP://chats' });
  });
});

describe('a start is a command', () => {
  test.each([
    [['--version'], ['--version']],
    [
      ['sync', '--type', 'photos'],
      ['sync', '--type', 'photos'],
    ],
    [
      ['--library=/tmp/x', 'ledger'],
      ['--library=/tmp/x', 'ledger'],
    ],
    [['snyc'], ['snyc']],
    [
      ['--ozone-platform=headless', '--no-sandbox', '--cli', '--', 'sync', '--full'],
      ['sync', '--full'],
    ],
    [['--cli', 'ledger'], ['ledger']],
    [['--cli', '--'], []],
  ])('%j', (args, rest) => {
    expect(wayOf(args)).toEqual({ way: 'command', args: rest });
  });

  test('and what follows the marker is the command, whatever it looks like', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom('--cli', '--', '--smoke', 'chatkeep://x'))),
        (typed) => {
          expect(wayOf(['--disable-gpu', '--cli', '--', ...typed])).toEqual({ way: 'command', args: typed });
        },
      ),
    );
  });
});

test('a smoke start is one of its own', () => {
  expect(wayOf(['--no-sandbox', '--smoke'])).toEqual({ way: 'smoke' });
});
