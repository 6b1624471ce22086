import type { Settings } from '../settings.js';

/** The settings of a service whose database is known, embedded or not. */
export type AppSettings = Settings & { databaseUrl: string };

/** Injection token of the log of the service. */
export const LOGGER = Symbol('LOGGER');
