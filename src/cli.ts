import { beginEarly } from './audit/bundle/entries-thread.js';

// Two threads judge a bundle, and the other one takes as long to begin as the program takes to load.
if (process.argv[2] === 'verify' && !process.argv.some((argument) => /^https?:/.test(argument))) beginEarly();

await import('./program.js');
