// Moments in the reader's own language and time zone. The server writes them in UTC.

const FULL = { dateStyle: "medium", timeStyle: "short", numberingSystem: "latn" };
const HOUR = { timeStyle: "short", numberingSystem: "latn" };
const DAY = { month: "short", day: "numeric", numberingSystem: "latn" };

/// Rewrites every moment below `root`.
export function localiseTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]")) localise(time);
}

/// Writes one moment: `data-short` leaves out the day if it is today.
export function localise(time) {
  const moment = new Date(time.dateTime);
  const short = "short" in time.dataset;
  const today = moment.toDateString() === new Date().toDateString();
  const style = !short ? FULL : today ? HOUR : DAY;
  const format = (style) => new Intl.DateTimeFormat(document.documentElement.lang, style);
  time.title = format(FULL).format(moment);
  time.textContent = format(style).format(moment);
}
