import { expect, test } from 'vitest';
import { UTC, zoneOf } from '../contract/time-zone.ts';
import { AppError } from '../lib/app-error.ts';
import { EXPORT_LAYOUTS } from '../contract/export-shapes.ts';
import { layoutOf, parseTemplate, renderTemplate, type TemplateValues } from './template.ts';

const values: TemplateValues = {
  chat: 'Anna Blum',
  chatId: 41,
  account: 'Studio',
  sender: 'Zoë',
  sentAt: Date.UTC(2025, 5, 1, 4, 3, 2, 7),
  zone: UTC,
  messageId: 900,
  mediaId: 77,
  position: 3,
  kind: 'video',
  ext: 'mp4',
  label: 'Holiday',
  counter: 12,
};
const render = (source: string): string =>
  renderTemplate(parseTemplate(source), values)
    .map((parts) => parts.map(({ text }) => text).join(''))
    .join('/');

test.each([
  ['{chat}/{chatId}', 'Anna Blum/41'],
  ['{date}', '2025-06-01'],
  ['{date:yyyyMMdd-HHmmss.SSS}', '20250601-040302.007'],
  ['{date:year}/{date:month}', '2025/06'],
  ['{counter|pad:5} {sender|upper}', '00012 ZOË'],
  ['{chat|trim:4|lower}', 'anna'],
  ['{messageId}_{mediaId}_{position|pad:2}', '900_77_03'],
  ['{label|lower}', 'holiday'],
  ['{kind}-{name}.{ext}', 'video-video-77.mp4'],
  ['{{x}}', '{x}'],
])('%s', (source, wanted) => {
  expect(render(source)).toBe(wanted);
});

test('local dates follow this machine, others UTC', () => {
  const date = new Date(values.sentAt);
  expect(render('{localDate:dd HH}')).toBe(
    `${String(date.getDate()).padStart(2, '0')} ${String(date.getHours()).padStart(2, '0')}`,
  );
});

test.each([
  ['{who}', 'unknown token {who}'],
  ['{chat', 'without its other half'],
  ['chat}', 'without its other half'],
  ['{chat|shout}', 'unknown filter'],
  ['{chat|pad}', 'unknown filter'],
  ['{chat|pad:99}', 'unknown filter'],
  ['{chat:x}', 'nothing after a colon'],
  ['{date:hello}', 'cannot be read'],
  ['{date:}', 'cannot be read'],
  ['a//b', 'without a name'],
  ['/a', 'without a name'],
  ['../{chat}', 'without a name'],
  ['', 'without a name'],
  ['x'.repeat(501), 'longer than'],
])('%s is refused', (source, words) => {
  expect(() => parseTemplate(source)).toThrow(AppError);
  expect(() => parseTemplate(source)).toThrow(words);
});

test('everything that is wrong is named at once, with the token that was meant', () => {
  expect(() => parseTemplate('{cht}/{Sender}-{date:hello}/{')).toThrow(
    'The layout has an unknown token {cht}. Did you mean {chat}? The layout has an unknown token {Sender}. Did you mean {sender}? ' +
      'The layout has a date that cannot be read: "hello". The layout has a "{" without its other half.',
  );
  expect(() => parseTemplate('{who}')).toThrow(/\{who\}\.$/);
});

test('an unknown token names the known ones', () => {
  try {
    parseTemplate('{who}');
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({ code: 'usage', hint: expect.stringContaining('{chat} {chatId} {sender}') as string });
  }
});

test('every layout of a name can be read and tells media apart', () => {
  for (const name of Object.keys(EXPORT_LAYOUTS)) {
    expect(layoutOf(name).source).toContain('{mediaId}');
  }
});

test('a date is that of the zone of the export, over both changes of the clock; `utcDate` is UTC', () => {
  const dated = (at: string, zone: string, source: string): string =>
    renderTemplate(parseTemplate(source), { ...values, sentAt: Date.parse(at), zone: zoneOf(zone) })
      .flatMap((parts) => parts.map(({ text }) => text))
      .join('');
  const LA = 'America/Los_Angeles';
  expect(dated('2025-06-01T04:03:02Z', LA, '{date:yyyy-MM-dd HHmmss}')).toBe('2025-05-31 210302');
  expect(dated('2025-06-01T04:03:02Z', LA, '{utcDate:yyyy-MM-dd HHmmss}')).toBe('2025-06-01 040302');
  expect(['2025-03-09T09:59Z', '2025-03-09T10:00Z'].map((at) => dated(at, LA, '{date:HHmm}'))).toEqual([
    '0159',
    '0300',
  ]);
  expect(['2025-11-02T08:59Z', '2025-11-02T09:00Z'].map((at) => dated(at, LA, '{date:HHmm}'))).toEqual([
    '0159',
    '0100',
  ]);
  expect(dated('2025-05-31T20:00Z', 'Asia/Kolkata', '{date:MM}')).toBe('06');
  expect(dated('2025-05-31T12:00Z', 'Pacific/Auckland', '{date:MM-dd}')).toBe('06-01');
});
