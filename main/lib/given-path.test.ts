import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { givenPath } from './given-path.ts';

describe('a path that a person gives', () => {
  it.each([
    ['~', '/home/ada'],
    ['~/', '/home/ada/'],
    ['~/lib', '/home/ada/lib'],
    ['~/a/../b', '/home/ada/b'],
    ['/var/lib', '/var/lib'],
    ['/var/~/lib', '/var/~/lib'],
    ['lib~', resolve('lib~')],
    ['./~', resolve('~')],
    ['./~/lib', resolve('~/lib')],
  ])('%s is %s', (text, path) => {
    expect(givenPath(text, '/home/ada')).toBe(path);
  });

  it("takes the home folder of this process's user unless told", () => {
    expect(givenPath('~/lib')).toBe(join(homedir(), 'lib'));
  });

  it('refuses the home of another user in words, instead of making a folder of that name', () => {
    expect(() => givenPath('~bob/lib')).toThrow(
      expect.objectContaining({ code: 'usage', hint: expect.stringContaining('./~bob/lib') as string }),
    );
  });
});
