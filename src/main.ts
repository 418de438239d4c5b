import { PROGRAM } from './base/product.ts';
import { report, run } from './cli/run.ts';
import { ProcessLog } from './log/log.ts';
import { logFile } from './log/log-file.ts';

const argv = process.argv.slice(2);

/** Whatever escapes every handler is a defect; it must still be one line of ours, and a failure. */
function fail(error: unknown): void {
  report(error, new ProcessLog(logFile(PROGRAM)), argv);
  process.exit(1);
}

process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

// The only place that ends the process: reads of stdin that are still under way must not keep it.
process.exit(await run(argv, (code) => process.exit(code)));
