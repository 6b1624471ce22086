/** Requests a minute from one address; forms and JSON are counted apart. */
export const FILING = { rateLimit: { max: 10, timeWindow: '1 minute' } };
export const FOLLOWING = { rateLimit: { max: 60, timeWindow: '1 minute' } };
