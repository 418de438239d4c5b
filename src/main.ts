import { quickAnswer } from './cli/quick-answer.ts';

const argv = process.argv.slice(2);

/** Whatever escapes every handler is a defect; it must still be one line of ours, and a failure. */
async function fail(error: unknown): Promise<void> {
  const { reportDefect } = await import('./cli/run.ts');
  reportDefect(error, argv);
  process.exit(1);
}

process.on('uncaughtException', (error) => void fail(error));
process.on('unhandledRejection', (error) => void fail(error));

const answer = quickAnswer(argv);
if (answer === undefined) {
  const { run } = await import('./cli/run.ts');
  // The only place that ends the process: a pending read of stdin must not keep it alive.
  process.exit(await run(argv, (code) => process.exit(code)));
}
await answer();
process.exit(0);
