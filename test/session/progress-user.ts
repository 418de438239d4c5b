import { writeSync } from 'node:fs';
import { clearForMessage, messagesFd } from '../../src/process/messages.ts';
import { Progress } from '../../src/session/progress.ts';

/**
 * Shows progress for a test: each argument is `clear`, `message`, `wait` (until the line may change again), or what
 * `show` is given, in JSON.
 */
const progress = new Progress();
for (const step of process.argv.slice(2)) {
  if (step === 'clear') progress.clear();
  else if (step === 'message') {
    clearForMessage();
    writeSync(messagesFd(), 'a message\n');
  } else if (step === 'wait') {
    const until = performance.now() + 250;
    while (performance.now() < until);
  } else progress.show(...(JSON.parse(step) as [string, number, number?, string?]));
}
