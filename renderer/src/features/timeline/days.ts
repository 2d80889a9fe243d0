/** Days as numbers, in the zone in which the app cut its months. Pure. */

const DAY = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let made = formats.get(timeZone);
  if (made === undefined) {
    made = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    formats.set(timeZone, made);
  }
  return made;
}

/** A number for the day of a time: equal within a day, one more the next day. */
export function dayNumber(at: number, timeZone: string): number {
  if (timeZone === 'UTC') {
    return Math.floor(at / DAY);
  }
  const [year = 0, month = 1, day = 1] = formatOf(timeZone).format(at).split('-').map(Number);
  return Math.floor(Date.UTC(year, month - 1, day) / DAY);
}
