// The three forms of a date in HTTP. Source: RFC 9110 section 5.6.7:
//   Sun, 06 Nov 1994 08:49:37 GMT     the one to send
//   Sunday, 06-Nov-94 08:49:37 GMT    RFC 850; obsolete, to be accepted
//   Sun Nov  6 08:49:37 1994          asctime; obsolete, to be accepted
// `Date.parse` would also take '2', 'tomorrow is Sunday 5' and local times, differently in each runtime; and the core
// reads no Date at all. The name of the weekday is not compared with the date: nothing follows from a wrong one.

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const TIME = '(\\d{2}):(\\d{2}):(\\d{2})';
const STANDARD = new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\\d{2}) ([A-Z][a-z]{2}) (\\d{4}) ${TIME} GMT$`);
const RFC_850 = new RegExp(
  `^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (\\d{2})-([A-Z][a-z]{2})-(\\d{2}) ${TIME} GMT$`,
);
const ASCTIME = new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([A-Z][a-z]{2}) ((?: |\\d)\\d) ${TIME} (\\d{4})$`);

/** Milliseconds since 1970, or undefined. `nowWallMs` decides the century of a year of two digits. */
export function parseHttpDate(text: string, nowWallMs: number): number | undefined {
  let match = STANDARD.exec(text);
  if (match) return moment(Number(match[3]), match[2], Number(match[1]), match[4], match[5], match[6]);
  match = RFC_850.exec(text);
  if (match)
    return moment(fullYear(Number(match[3]), nowWallMs), match[2], Number(match[1]), match[4], match[5], match[6]);
  match = ASCTIME.exec(text);
  return match ? moment(Number(match[6]), match[1], Number(match[2]), match[3], match[4], match[5]) : undefined;
}

// A year "more than 50 years in the future" means the most recent past year with those digits (RFC 9110, 5.6.7): the one
// year of the hundred that end 50 years from now.
function fullYear(twoDigits: number, nowWallMs: number): number {
  const last = 1970 + Math.floor(nowWallMs / 31_556_952_000) + 50;
  return last - ((((last - twoDigits) % 100) + 100) % 100);
}

function moment(
  year: number,
  monthName: string,
  day: number,
  hours: string,
  minutes: string,
  seconds: string,
): number | undefined {
  const month = MONTHS.indexOf(monthName) + 1;
  // A leap second is written 60.
  if (
    month === 0 ||
    day < 1 ||
    day > daysIn(month, year) ||
    Number(hours) > 23 ||
    Number(minutes) > 59 ||
    Number(seconds) > 60
  )
    return undefined;
  return (
    ((daysSince1970(year, month, day) * 24 + Number(hours)) * 60 + Number(minutes)) * 60_000 + Number(seconds) * 1000
  );
}

function daysIn(month: number, year: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

// A year that begins in March has its leap day at the end, and its months sum up to floor((153 m + 2) / 5) days.
// Source: Howard Hinnant, "chrono-compatible low-level date algorithms", days_from_civil. 719 468 days: 0000-03-01 to 1970.
function daysSince1970(year: number, month: number, day: number): number {
  const y = month > 2 ? year : year - 1;
  const m = month > 2 ? month - 3 : month + 9;
  return (
    365 * y +
    Math.floor(y / 4) -
    Math.floor(y / 100) +
    Math.floor(y / 400) +
    Math.floor((153 * m + 2) / 5) +
    day -
    1 -
    719_468
  );
}
