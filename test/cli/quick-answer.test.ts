import { expect, test } from 'bun:test';
import { quickAnswer } from '../../src/cli/quick-answer.ts';

test.each([[['--version']], [['plugin_api_version']]])('%p is answered at once', (argv) => {
  expect(quickAnswer(argv)).toBeFunction();
});

test.each([[[]], [['plugin_api_version', 'x']], [['--version', 'x']], [['backup_data', 'c', 'p']], [['-v']]])(
  '%p is read by the parser',
  (argv) => {
    expect(quickAnswer(argv)).toBeUndefined();
  },
);
