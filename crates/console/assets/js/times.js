// Moments in the reader's own language and time zone. The server writes them in UTC.

/// Rewrites every moment below `root`.
export function localiseTimes(root) {
  const format = new Intl.DateTimeFormat(document.documentElement.lang, {
    dateStyle: "medium",
    timeStyle: "short",
    numberingSystem: "latn",
  });
  for (const time of root.querySelectorAll("time[datetime]")) {
    time.title = time.textContent;
    time.textContent = format.format(new Date(time.dateTime));
  }
}
