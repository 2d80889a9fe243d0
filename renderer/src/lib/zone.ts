import { systemZone, type Zone, zoneOf } from '../../../main/contract/time-zone.ts';

/** The zone of all days and times on screens, a live binding. This machine's until the app has told its own. */
export let zone: Zone = systemZone();

/** Takes the zone that the app tells (an IANA name). False: this browser does not know it, and its own stays. */
export function setZone(name: string): boolean {
  try {
    zone = zoneOf(name);
    return true;
  } catch {
    return false;
  }
}
