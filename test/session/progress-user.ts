import { writeSync } from 'node:fs';
import { clearForMessage, messagesFd } from '../../src/process/messages.ts';
import { Progress } from '../../src/session/progress.ts';

/**
 * Shows progress for a test: each argument is `clear`, `message`, `wait` (the line may change again), or what `show` is
 * given, in JSON. The clock goes on when it waits only: how long a step takes on a busy machine makes no difference.
 */
let now = 1000;
performance.now = () => now;
const progress = new Progress();
for (const step of process.argv.slice(2)) {
  if (step === 'clear') progress.clear();
  else if (step === 'message') {
    clearForMessage();
    writeSync(messagesFd(), 'a message\n');
  } else if (step === 'wait') now += 200;
  else progress.show(...(JSON.parse(step) as [string, number, number?, string?]));
}
