/** The time of day as state: countdowns follow `second`, words like "4 min ago" follow `minute`. */
export class Clock {
  second = $state(Date.now());
  minute = $state(Date.now());

  constructor() {
    setInterval(() => {
      const now = Date.now();
      this.second = now;
      if (Math.floor(now / 60_000) !== Math.floor(this.minute / 60_000)) {
        this.minute = now;
      }
    }, 1000);
  }
}
