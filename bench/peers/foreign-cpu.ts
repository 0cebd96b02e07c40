import { readFileSync } from 'node:fs';

/** Clock ticks so far: of the machine, busy and all, and of this process with one other. */
export interface Cpu {
  readonly busy: number;
  readonly all: number;
  readonly own: number;
}

export const TICKS_PER_SECOND = 100;

/** Linux only. */
export function readCpu(pid: number): Cpu {
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = numbers(
    /^cpu +(.*)/.exec(readFileSync('/proc/stat', 'utf8'))?.[1],
  );
  const busy = user + nice + system + irq + softirq + steal;
  // The name, in parentheses, may hold anything; user and system time are the 12th and 13th field after it.
  const fields = numbers(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]);
  const here = process.cpuUsage();
  const own = (fields[11] ?? 0) + (fields[12] ?? 0) + ((here.user + here.system) / 1e6) * TICKS_PER_SECOND;
  return { busy, all: busy + idle + iowait, own };
}

/** Share of the machine's time that others have used since, in percent. */
export function foreignSince(then: Cpu, pid: number): number {
  const now = readCpu(pid);
  return (Math.max(0, now.busy - then.busy - (now.own - then.own)) / Math.max(1, now.all - then.all)) * 100;
}

function numbers(words = ''): number[] {
  return words.trim().split(/\s+/).map(Number);
}
