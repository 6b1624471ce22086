// What comes with a posting and stands outside of the log (a person's data, a statement, a photo) is kept before the book decides.
// `created_at` of its row is when it was asked for last, so that what is tried again after hours is not forgotten meanwhile.

/** Since then its posting may be under way: longer than one takes while the database answers. An interval of PostgreSQL, as below. */
export const IN_FLIGHT = "interval '1 minute'";
/** Since then it was refused, or its service died. */
export const FORGET_AFTER = "interval '1 hour'";
export const AT_ONCE = "interval '0'";
