/** Days and months as a time zone has them. Pure. Times are epoch ms, zones IANA names; days count from 1970-01-01, months from January 1970. */

const DAY_MS = 86_400_000;
/** Years of four digits and more: what is dated before is damaged, and counts to the first of them. */
const EARLIEST = Date.UTC(1000, 0, 2);
const LATEST = 8_640_000_000_000_000 - 2 * DAY_MS;

export interface Zone {
  readonly name: string;
  /** The local time of the zone at an instant, as the instant at which UTC clocks show the same. */
  wallOf(at: number): number;
  dayOf(at: number): number;
  /** The first moment of a day: midnight, or when the clocks were put forward over it. */
  startOfDay(day: number): number;
  monthOf(at: number): number;
  startOfMonth(month: number): number;
}

const clamped = (at: number): number => Math.max(EARLIEST, Math.min(LATEST, at));

export const UTC: Zone = {
  name: 'UTC',
  wallOf: clamped,
  dayOf: (at) => Math.floor(clamped(at) / DAY_MS),
  startOfDay: (day) => day * DAY_MS,
  monthOf: (at) => monthOfWall(clamped(at)),
  startOfMonth: (month) => Date.UTC(1970, month, 1),
};

/** `2025-06-01`. */
export const dayText = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, -14);

/** The day that a text such as `2025-06-01` names; null when there is none. */
export function readDay(text: string): number | null {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  return Number.isNaN(at) || dayText(at / DAY_MS) !== text ? null : at / DAY_MS;
}

function monthOfWall(wall: number): number {
  const date = new Date(wall);
  return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
}

const zones = new Map<string, Zone>([['UTC', UTC]]);

/** Throws RangeError for a zone that this system does not know. */
export function zoneOf(name: string): Zone {
  let zone = zones.get(name);
  if (zone === undefined) {
    zone = makeZone(name);
    zones.set(name, zone);
  }
  return zone;
}

/** The zone of this computer. */
export const systemZone = (): Zone => zoneOf(new Intl.DateTimeFormat().resolvedOptions().timeZone);

function makeZone(name: string): Zone {
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  /** The offset from UTC, from the system. */
  const asked = (at: number): number => {
    const parts = new Map(clock.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
    return wall - Math.floor(at / 1000) * 1000;
  };
  /** By day of UTC: what the clocks are ahead, null where they are changed within the day. The system takes microseconds to tell. */
  const ahead = new Map<number, number | null>();
  const offsetAt = (at: number): number => {
    const day = Math.floor(at / DAY_MS);
    let offset = ahead.get(day);
    if (offset === undefined) {
      const [start, end] = [asked(clamped(day * DAY_MS)), asked(clamped((day + 1) * DAY_MS))];
      offset = start === end ? start : null;
      ahead.set(day, offset);
    }
    return offset ?? asked(at);
  };
  const wallOf = (time: number): number => {
    const at = clamped(time);
    return at + offsetAt(at);
  };
  const startOfDay = (day: number): number => {
    const midnight = day * DAY_MS;
    // By the clocks of the day before and of the day after: both the same on all days but those of a change.
    const [early, late] = [midnight + DAY_MS, midnight - DAY_MS]
      .map((at) => midnight - offsetAt(clamped(at)))
      .sort((a, b) => a - b);
    if (early === undefined || late === undefined) {
      return midnight;
    }
    return wallOf(early) === midnight ? early : wallOf(late) === midnight ? late : firstFrom(early, late, midnight);
  };
  /** Nobody's clock showed midnight: the moment at which it was put forward. */
  const firstFrom = (early: number, late: number, midnight: number): number => {
    let [low, high] = [early, late];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (wallOf(middle) >= midnight) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high;
  };
  return {
    name,
    wallOf,
    dayOf: (at) => Math.floor(wallOf(at) / DAY_MS),
    startOfDay,
    monthOf: (at) => monthOfWall(wallOf(at)),
    startOfMonth: (month) => startOfDay(Date.UTC(1970, month, 1) / DAY_MS),
  };
}
