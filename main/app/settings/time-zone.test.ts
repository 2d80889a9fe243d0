/** The zone of the settings, on a machine that has another. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EVERYTHING } from '../../contract/shapes.ts';
import { readDay, zoneOf } from '../../contract/time-zone.ts';
import { AppRig } from '../testing/app-rig.ts';
import { SettingsFile } from './settings-file.ts';

const MACHINE = 'America/Los_Angeles';
const before = process.env['TZ'];
let rig: AppRig;
beforeAll(async () => {
  process.env['TZ'] = MACHINE;
  rig = await AppRig.start({ library: true });
  await rig.fill();
});
afterAll(async () => {
  process.env['TZ'] = before;
  await rig.end();
});

const counts = () => rig.ask('media.counts', { filter: EVERYTHING });
const shown = async (): Promise<string> => (await rig.ask('app.info', {})).timeZone;

test('without one it is that of the machine; a named one and UTC take its place at once and after a restart', async () => {
  expect([await shown(), (await counts()).timeZone]).toEqual([MACHINE, MACHINE]);
  const changes: string[] = [];
  const stop = rig.app.subscribe('app.changed', () => {
    changes.push('app');
  });
  for (const timeZone of ['Pacific/Kiritimati', 'UTC', 'Etc/GMT+12']) {
    await rig.ask('settings.set', { timeZone });
    expect([await shown(), (await counts()).timeZone]).toEqual([timeZone, timeZone]);
    const { count, buckets } = await counts();
    expect(buckets.reduce((sum, bucket) => sum + bucket.count, 0)).toBe(count);
    for (const { month, from } of buckets) {
      expect(from).toBe(zoneOf(timeZone).startOfDay(readDay(`${month}-01`) ?? NaN));
    }
  }
  stop();
  expect(changes).toHaveLength(3);
  // As after a restart.
  const settings = new SettingsFile(join(rig.folder, 'config', 'settings.json'));
  await settings.load(0);
  expect(settings.value.timeZone).toBe('Etc/GMT+12');
  await rig.ask('settings.set', { timeZone: null });
  expect(await shown()).toBe(MACHINE);
});

test('a zone that this system does not know is refused', async () => {
  const answer = await rig.app.call('settings.set', { timeZone: 'Mars/Olympus' }, new AbortController().signal);
  expect(answer).toMatchObject({ ok: false, error: { code: 'bad_input' } });
});

test('a kept search means the days it was kept with, whatever the zone is now', async () => {
  const days = (name: string, first: string, last: string) => ({
    from: zoneOf(name).startOfDay(readDay(first) ?? NaN),
    to: zoneOf(name).startOfDay((readDay(last) ?? NaN) + 1),
  });
  await rig.ask('settings.set', { timeZone: 'Pacific/Auckland' });
  // With a change of clock in it.
  const filter = { ...EVERYTHING, ...days('Pacific/Auckland', '2025-09-01', '2025-09-30') };
  await rig.ask('searches.save', { id: null, name: 'September', filter, order: null });
  await rig.ask('searches.save', {
    id: null,
    name: 'To the minute',
    filter: { ...EVERYTHING, from: filter.from + 60_000 },
    order: null,
  });
  for (const timeZone of ['America/Los_Angeles', 'Etc/GMT-14', 'UTC', 'Pacific/Auckland']) {
    await rig.ask('settings.set', { timeZone });
    const { searches } = await rig.ask('searches.list', {});
    expect(searches.find(({ name }) => name === 'September')?.filter).toEqual({
      ...EVERYTHING,
      ...days(timeZone, '2025-09-01', '2025-09-30'),
    });
    expect(searches.find(({ name }) => name === 'To the minute')?.filter.from).toBe(filter.from + 60_000);
  }
});
