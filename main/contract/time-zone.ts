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
  /** The first moment at which the clocks show a local time (as `wallOf` gives it), or have been put forward over it. */
  atWall(wall: number): number;
  monthOf(at: number): number;
  startOfMonth(month: number): number;
}

const clamped = (at: number): number => Math.max(EARLIEST, Math.min(LATEST, at));

export const UTC: Zone = {
  name: 'UTC',
  wallOf: clamped,
  dayOf: (at) => Math.floor(clamped(at) / DAY_MS),
  startOfDay: (day) => day * DAY_MS,
  atWall: clamped,
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

/** A zone by its IANA name, in whatever case; null when this system does not know it. */
export function findZone(name: string): Zone | null {
  try {
    const known = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
    return /^[a-z]/i.test(name) ? zoneOf(known.toLowerCase() === name.toLowerCase() ? known : name) : null;
  } catch {
    return null;
  }
}

/** `2025-06-01T14:30:05+02:00`: the local time with what it is ahead of UTC, so that it names one moment also where clocks are put back. */
export function localText(at: number, zone: Zone): string {
  const wall = zone.wallOf(at);
  const minutes = Math.round((wall - clamped(at)) / 60_000);
  const ahead = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60].map((part) =>
    String(part).padStart(2, '0'),
  );
  return `${new Date(wall).toISOString().slice(0, -5)}${minutes < 0 ? '-' : '+'}${ahead.join(':')}`;
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
  const atWall = (wall: number): number => {
    // By the clocks of the day before and of the day after: both the same on all days but those of a change.
    const [early, late] = [wall + DAY_MS, wall - DAY_MS]
      .map((at) => wall - offsetAt(clamped(at)))
      .sort((a, b) => a - b);
    if (early === undefined || late === undefined) {
      return wall;
    }
    return wallOf(early) === wall ? early : wallOf(late) === wall ? late : firstFrom(early, late, wall);
  };
  /** Nobody's clock showed it: the moment at which it was put forward. */
  const firstFrom = (early: number, late: number, wall: number): number => {
    let [low, high] = [early, late];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (wallOf(middle) >= wall) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high;
  };
  const startOfDay = (day: number): number => atWall(day * DAY_MS);
  return {
    name,
    wallOf,
    atWall,
    dayOf: (at) => Math.floor(wallOf(at) / DAY_MS),
    startOfDay,
    monthOf: (at) => monthOfWall(wallOf(at)),
    startOfMonth: (month) => startOfDay(Date.UTC(1970, month, 1) / DAY_MS),
  };
}
