import { readdirSync, readFileSync } from 'node:fs';
import { median } from './alternate.mjs';

/**
 * From now on: what a service, the database server and this program, the client, spend on each of so many things, in
 * microseconds. Of Linux only. Other programs on the machine disturb it less than a rate.
 */
export function processorMeter({ service, server }) {
  const serviceBefore = processorTimes(service);
  const serverBefore = processorTimeBelow(server);
  const clientBefore = process.cpuUsage();
  return {
    each: (count) => {
      const { user, system } = process.cpuUsage(clientBefore);
      const serviceNow = processorTimes(service);
      const threads = Object.entries(serviceNow).map(([name, time]) => [
        name,
        (time - (serviceBefore[name] ?? 0)) / count,
      ]);
      return {
        service: (sum(serviceNow) - sum(serviceBefore)) / count,
        ...Object.fromEntries(threads.filter(([, time]) => time >= 1).map(([name, time]) => [`service ${name}`, time])),
        postgres: (processorTimeBelow(server) - serverBefore) / count,
        client: (user + system) / count,
      };
    },
  };
}

/** Of what `each` gave for several rounds: the median of each figure by itself. */
export function medianOfEach(rounds) {
  const names = new Set(rounds.flatMap((round) => Object.keys(round)));
  return Object.fromEntries(
    [...names].map((name) => [name, Number(median(rounds.map((round) => round[name] ?? 0)).toFixed(1))]),
  );
}

/**
 * Processor time in user and system mode that the threads of a process have used so far, in microseconds, by the name of the
 * thread.
 *
 * @returns {Record<string, number>}
 */
function processorTimes(pid) {
  const times = {};
  for (const thread of list(`/proc/${pid}/task`)) {
    const folder = `/proc/${pid}/task/${thread}`;
    const name = Number(thread) === pid ? 'main' : read(`${folder}/comm`).trim();
    times[name] = (times[name] ?? 0) + Number(read(`${folder}/schedstat`).split(' ')[0]) / 1000;
  }
  return times;
}

/** Of all processes below one, those that have ended included; in microseconds. */
function processorTimeBelow(pid) {
  const { endedChildren } = statOf(pid);
  return list('/proc')
    .filter((child) => /^\d+$/.test(child) && statOf(child).parent === pid)
    .map((child) => sum(processorTimes(Number(child))) + processorTimeBelow(Number(child)))
    .reduce((total, one) => total + one, endedChildren);
}

const TICK_MICROSECONDS = 10_000;

function statOf(pid) {
  const stat = read(`/proc/${pid}/stat`);
  // The name of the program, in parentheses, may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [, parent = 0] = fields;
  const [endedUser = 0, endedSystem = 0] = fields.slice(13);
  return { parent: Number(parent), endedChildren: (Number(endedUser) + Number(endedSystem)) * TICK_MICROSECONDS };
}

function sum(times) {
  return Object.values(times).reduce((total, one) => total + one, 0);
}

/** A thread or process that has ended meanwhile has nothing to tell. */
function read(file) {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '0';
  }
}

function list(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
