import { rmSync } from 'node:fs';
import { logFile } from '../../src/log/log-file.ts';

/**
 * Run as a process of its own: appends so many lines, each with this process's word and a number. After the
 * first, whatever `obstacle` names is removed.
 */
const [, , program = '', word = '', count = '0', obstacle] = process.argv;
const sink = logFile(program);
for (let number = 0; number < Number(count); number += 1) {
  sink('INFO', `${word} ${number} ${'x'.repeat(200)}`);
  if (number === 0 && obstacle !== undefined) rmSync(obstacle);
}
