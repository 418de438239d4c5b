import type { LogSink } from './log.ts';

/**
 * A sink whose lines all name the backup that their process is about, so that whoever looks for it finds them.
 * @param words that the process was started with: a timestamp, a folder or a file of a backup may be among them
 */
export function about(words: readonly string[], sink: LogSink): LogSink {
  const timestamp = timestampAmong(words);
  if (timestamp === undefined) return sink;
  return (level, message) =>
    sink(level, message.includes(timestamp) ? message : `${message} (backup ${timestamp})`);
}

function timestampAmong(words: readonly string[]): string | undefined {
  for (const word of words) {
    const timestamp = /(?:^|\/)(\d{14})(?:\/[^/]*)?\/*$/.exec(word)?.[1];
    if (timestamp !== undefined) return timestamp;
  }
  return undefined;
}
