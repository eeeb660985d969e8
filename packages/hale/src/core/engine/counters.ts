// What a service counts beside its instances: a few live numbers, and counters that only rise.

// Columns of `counts`
/** Circuits of the membership that are not closed. */
export const OUT = 0;
/** Cost of all leases granted and not settled. */
export const TOTAL_IN_FLIGHT = 1;
/** Advances with each pick; decides what was granted before what. Starts at 1, so that 0 means "none". */
export const PICK_COUNTER = 2;

// Columns of `counters`: since the service began
export const PICKS = 0;
export const SUCCESSES = 1;
export const FAILURES = 2;
export const IGNORED = 3;
export const BURSTS = 4;
export const TRIPS = 5;
export const RESTORES = 6;
export const REFUSED = 7;
export const PANIC_PICKS = 8;
export const GOOD_CHECKS = 9;
export const FAILED_CHECKS = 10;
export const OVERLOADS = 11;
// Input that was ignored
export const UNKNOWN = 12;
export const DOUBLE = 13;
export const STALE = 14;
export const RECORDED_ON_OPEN = 15;
export const THROWN = 16;
export const COUNTERS = 17;
