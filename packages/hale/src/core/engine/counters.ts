// What a service counts beside its instances: a few live numbers, and counters that only rise.

// Columns of `counts`
/** Circuits of the membership that are not closed. */
export const OUT = 0;
/** Cost of all leases granted and not settled. */
export const TOTAL_IN_FLIGHT = 1;
/** Advances with each pick; decides what was granted before what. Starts at 1, so that 0 means "none". */
export const PICK_COUNTER = 2;
/** How many were eligible when panic began. */
export const ELIGIBLE_IN_PANIC = 3;
/** Keys whose good answers are to be told to the sketch of keys, and those that are blamed. */
export const WATCHED_KEYS = 4;
export const BLAMED_KEYS = 5;

// Columns of `times`, in ms
/** When housekeeping is due. */
export const DUE_AT = 0;
/** When a door was last entered. */
export const NOW = 1;
/** When old times were last swept. */
export const SWEPT_AT = 2;
/** Of the good outcome that is being settled: when, and its latency sample (NaN = none). */
export const SETTLED_AT = 3;
export const SAMPLE = 4;

// Columns of `counters`: since the service began
export const RESTORES = 0;
export const GOOD_CHECKS = 1;
export const FAILED_CHECKS = 2;
// Input that was ignored
export const UNKNOWN = 3;
export const DOUBLE = 4;
export const STALE = 5;
export const RECORDED_ON_OPEN = 6;
export const THROWN = 7;
/** Failures that were held against a key. */
export const EXCUSED = 8;
export const COUNTERS = 9;
