const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** An age for a column, in one unit: `45s`, `12m`, `30h`, `3d`. It changes seldom, so that an idle screen stays idle. */
export function shortAge(milliseconds: number): string {
  const [unit, letter] = unitOf(milliseconds);
  return `${Math.floor(Math.max(0, milliseconds) / unit)}${letter}`;
}

/** The moment after `now` at which the age of what happened at `then` reads differently. */
export function nextAge(then: number, now: number): number {
  const age = Math.max(0, now - then);
  const [unit] = unitOf(age);
  return then + (Math.floor(age / unit) + 1) * unit;
}

function unitOf(milliseconds: number): readonly [unit: number, letter: string] {
  if (milliseconds < minute) return [second, "s"];
  if (milliseconds < hour) return [minute, "m"];
  return milliseconds < 2 * day ? [hour, "h"] : [day, "d"];
}
